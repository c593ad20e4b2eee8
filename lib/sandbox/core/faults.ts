/** A failure that a person or a test asked for: the next `times` calls of an operation answer with this vendor error. */
export interface Fault {
  /** The vendor's operation name, e.g. `UploadPart`; `*` for any. */
  operation: string;
  status: number;
  code: string;
  message: string;
  times: number;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** Uses up one occurrence of the first fault that fits. */
  take(operation: string): Fault | undefined;
}

export function createFaults(): Faults {
  let pending: Fault[] = [];
  return {
    add(fault) {
      pending.push({ ...fault });
    },
    clear() {
      pending = [];
    },
    take(operation) {
      const fault = pending.find((candidate) => candidate.operation === operation || candidate.operation === "*");
      if (!fault) return undefined;
      fault.times -= 1;
      if (fault.times <= 0) pending = pending.filter((candidate) => candidate !== fault);
      return fault;
    },
  };
}
