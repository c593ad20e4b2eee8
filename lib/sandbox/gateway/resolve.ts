import type { GatewayService } from "./server";

/** A group as the gateway sees it. */
export interface GatewayGroup {
  name: string;
  token: string;
  /** `share` is a member's part of the group's traffic; 0 for one that takes none. */
  members: readonly { service: string; share: number }[];
}

export interface Directory {
  find(service: string): GatewayService | undefined;
  findGroup?(group: string): GatewayGroup | undefined;
}

export interface Resolved {
  /** Any of them opens the address. */
  tokens: readonly string[];
  /** Undefined for a group whose members take no traffic. */
  service?: GatewayService;
}

/**
 * Finds what an address names: a service, a member of a group (`<group>.<service>`), or a group, whose calls go round its
 * members in the proportion of their shares. Undefined when there is no such thing.
 */
export function createResolver({
  find,
  findGroup = () => undefined,
}: Directory): (name: string) => Resolved | undefined {
  /** How far each member is behind what it is due, by group. */
  const credits = new Map<string, Map<string, number>>();

  function choose({ name, members }: GatewayGroup): string | undefined {
    const due = credits.get(name) ?? new Map<string, number>();
    credits.set(name, due);
    let chosen: string | undefined;
    let most = Number.NEGATIVE_INFINITY;
    let total = 0;
    for (const { service, share } of members) {
      if (share <= 0) continue;
      total += share;
      const credit = (due.get(service) ?? 0) + share;
      due.set(service, credit);
      if (credit <= most) continue;
      most = credit;
      chosen = service;
    }
    if (chosen !== undefined) due.set(chosen, most - total);
    return chosen;
  }

  return (name) => {
    const dot = name.indexOf(".");
    const group = findGroup(dot < 0 ? name : name.slice(0, dot));
    if (dot >= 0) {
      const member = name.slice(dot + 1);
      if (!group?.members.some(({ service }) => service === member)) return undefined;
      const service = find(member);
      return service && { service, tokens: [service.token, group.token] };
    }
    const own = find(name);
    // An asynchronous service's own group has its name: the address is the service's.
    if (own) return { service: own, tokens: group ? [own.token, group.token] : [own.token] };
    if (!group) return undefined;
    const chosen = choose(group);
    return { tokens: [group.token], service: chosen === undefined ? undefined : find(chosen) };
  };
}
