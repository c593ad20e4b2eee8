import { isInArrears, isReclaimed, isSoldOut, overfull } from "./instance-faults";
import type { InstanceSeat, InstanceWorld } from "./instance-run";
import { pauseBeforeRetry, scaled, wait } from "./instance-steps";
import { findInstanceType } from "./instance-types";
import { nodeType } from "./own-group";
import { choosePlace } from "./place";
import { TIMINGS } from "./timings";

/* The first step of an instance: a machine of the public pool or a node of the account's own group, once there is one. */

/** Where it may go, or the event's words for why it waits, and whether only returning stock can end that. */
type Offer = { type?: string; host?: string } | { lacks: string; isOutOfStock?: boolean };

export async function findPlace(world: InstanceWorld, seat: InstanceSeat): Promise<void> {
  const { instance, spec } = seat;
  let said = "";
  // A place that was found before a restart of the sandbox is looked for anew.
  instance.instanceType = undefined;
  for (let attempt = 0; ; attempt++) {
    const offer = offerFor(world, seat);
    if (!("lacks" in offer)) {
      instance.instanceType = offer.type;
      instance.hostName = offer.host ?? instance.hostName;
      break;
    }
    wait(seat, "Unschedulable");
    if (offer.lacks !== said) seat.event("Warning", "FailedScheduling", offer.lacks);
    said = offer.lacks;
    if (offer.isOutOfStock) await world.stock.waitForChange(seat.signal);
    else await pauseBeforeRetry(world, seat, attempt);
  }
  await world.clock.sleep(scaled(world, TIMINGS.scheduling), seat.signal);
  instance.stage = "scheduled";
  instance.reason = "ContainerCreating";
  instance.container = { status: "Waiting", reason: "ContainerCreating", at: world.clock.now() };
  seat.event("Normal", "Scheduled", `Successfully assigned ${spec.name}/${instance.name} to ${instance.hostName}`);
  seat.changed();
}

function offerFor(world: InstanceWorld, seat: InstanceSeat): Offer {
  if (seat.instance.role === "Queue") return {};
  if (isInArrears(world, seat))
    return { lacks: "The account has an overdue payment: no instance is started until it is settled." };
  return seat.spec.resource ? nodeFor(world, seat) : machineFor(world, seat);
}

function nodeFor(world: InstanceWorld, seat: InstanceSeat): Offer {
  const { cpu, memoryMb, gpu } = seat.spec;
  const room = overfull(world, seat) ??
    world.roomInGroup?.({ cpu, memoryMb, gpu }) ?? { lacks: "0/0 nodes are available." };
  return "node" in room ? { type: nodeType()?.name, host: room.node } : room;
}

function machineFor(world: InstanceWorld, seat: InstanceSeat): Offer {
  const { alternatives, instanceTypes: wanted } = seat.spec;
  if (wanted.length === 0) return {};
  const inStock = wanted.filter((candidate) => world.stock.isAvailable(candidate));
  const offered = inStock.filter((candidate) => !isSoldOut(world, seat, candidate));
  // Machines that are bid for are others than those at the list price.
  const isTaken = isReclaimed(world, seat);
  const kept = alternatives.filter(({ spotPriceLimit }) => !(isTaken && spotPriceLimit !== undefined));
  const place = choosePlace({ ...seat.spec, alternatives: kept }, offered, seat.peers());
  if (place) return { type: place.type };
  if (kept.length < alternatives.length)
    return { lacks: `0/0 nodes are available: preemptible capacity of [${wanted.join(",")}] is reclaimed.` };
  const gpu = wanted.some((name) => findInstanceType(name)?.gpu) ? "Insufficient nvidia.com/gpu. " : "";
  return {
    lacks: `0/0 nodes are available: ${gpu}Instance type [${wanted.join(",")}] is out of stock in region ${world.region}.`,
    isOutOfStock: inStock.length === 0,
  };
}
