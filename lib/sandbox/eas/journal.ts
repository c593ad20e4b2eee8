import type { Clock } from "@/lib/clock";
import type { EventRecord, ServiceRecord } from "./records";

/** The events of services (reference: eas-service-lifecycle.md §3). */
export interface Journal {
  addEvent(service: ServiceRecord, event: Omit<EventRecord, "at">): void;
  /** Events of the service itself carry a JSON text. */
  serviceEvent(service: ServiceRecord, reason: string, message: string, type?: EventRecord["type"]): void;
}

const MAX_EVENTS = 1000;

export function createJournal(clock: Clock, save: (service: ServiceRecord) => void): Journal {
  const addEvent: Journal["addEvent"] = (service, event) => {
    service.events.push({ at: clock.now(), ...event });
    if (service.events.length > MAX_EVENTS) service.events.splice(0, service.events.length - MAX_EVENTS);
    save(service);
  };
  return {
    addEvent,
    serviceEvent(service, reason, message, type = "Normal") {
      const workers = service.instances.filter(({ role }) => role === "Standard");
      const available = workers.filter(({ ready }) => ready).length;
      const text = {
        versionId: service.latestVersion,
        message,
        availableInstance: available,
        unavailableInstance: workers.length - available,
      };
      addEvent(service, { type, reason, message: JSON.stringify(text), resource: "Service" });
    },
  };
}
