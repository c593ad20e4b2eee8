import type { Clock } from "@/lib/clock";
import type { ContainerResponse } from "@/lib/sandbox/core/types";
import type { Passage } from "@/lib/sandbox/eas/instance-run";
import type { LoadMeter } from "@/lib/sandbox/eas/scaling/meters";
import type { InjectedFault } from "./records";

/** A packet that is lost is sent again after a second, then two, then four; more than this it is given up. */
const RETRANSMISSIONS_MS = [1000, 2000, 4000, 8000];

/** Every request on its way to a process: counts as load, and meets the network faults that were injected. */
export function createPassage(clock: Clock, load: LoadMeter, random: () => number = Math.random): Passage {
  /** False when the request never gets there. */
  async function travel({ args }: InjectedFault): Promise<boolean> {
    if (args.FaultAction === "delay") {
      const [time, offset] = [Number(args.Time), Number(args.Offset ?? 0)];
      await clock.sleep(Math.max(0, time + offset * (random() * 2 - 1)));
      return true;
    }
    // A corrupted packet is dropped by its checksum: the same as a lost one.
    const share = Number(args.Percent) / 100;
    for (const wait of RETRANSMISSIONS_MS) {
      if (random() >= share) return true;
      await clock.sleep(wait);
    }
    return false;
  }

  return async (instance, _request, next) => {
    const leave = load.enter(instance.name);
    try {
      const network = instance.faults?.find(({ type }) => type === "NetworkTask");
      return network && !(await travel(network)) ? UNREACHABLE : await next();
    } finally {
      leave();
    }
  };
}

const UNREACHABLE: ContainerResponse = {
  status: 504,
  headers: { "content-type": "text/plain" },
  body: Buffer.from("upstream request timeout"),
};
