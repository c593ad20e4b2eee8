/**
 * The queue sub-service of an asynchronous service by name. No source gives the form; with a hyphen it can be no name of a
 * user's service.
 */
export function queueServiceName(service: string): string {
  return `${service}-queue`;
}

/** The service that a queue of this name would belong to. */
export function ownerOfQueue(name: string): string | undefined {
  return name.endsWith("-queue") ? name.slice(0, -"-queue".length) : undefined;
}
