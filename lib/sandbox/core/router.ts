/** One line of a routing table. `{name}` in the path stands for one segment. */
export interface Route<Operation extends string> {
  method: string;
  path: string;
  operation: Operation;
}

export interface RouteMatch<Operation extends string> {
  operation: Operation;
  /** Path parameters, percent-decoded. */
  params: Record<string, string>;
}

/**
 * Finds the operation for a raw (still percent-encoded) path. The first line of the table that fits wins, so fixed
 * segments stand before parameters.
 */
export function createRouter<Operation extends string>(
  routes: readonly Route<Operation>[],
): (method: string, rawPath: string) => RouteMatch<Operation> | undefined {
  const compiled = routes.map((route) => ({ ...route, segments: route.path.split("/") }));
  return (method, rawPath) => {
    const segments = rawPath.split("/");
    for (const route of compiled) {
      if (route.method !== method || route.segments.length !== segments.length) continue;
      const params = matchSegments(route.segments, segments);
      if (params) return { operation: route.operation, params };
    }
    return undefined;
  };
}

function matchSegments(pattern: string[], segments: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index] ?? "";
    if (expected.startsWith("{")) {
      const decoded = decodeSegment(actual);
      if (!decoded) return undefined;
      params[expected.slice(1, -1)] = decoded;
    } else if (expected !== actual) {
      return undefined;
    }
  }
  return params;
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
