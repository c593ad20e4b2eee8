import { expect, it } from "vitest";
import { bladeOf } from "./blade-state";
import { anInstance } from "./fixtures";
import { EMPTY_SNAPSHOT, type Snapshot } from "./snapshot";

type Flags = NonNullable<NonNullable<Snapshot["service"]>["flags"]>;
const FLAGS: Flags = {
  func: "base",
  blade: true,
  translate: false,
  closeSafety: false,
  notUseDefaultBlade: false,
  removeOpt: false,
};

const START = "2026-11-22T10:00:00Z";
const BEFORE = "2026-11-21T10:00:00Z";
const AFTER = "2026-11-22T10:10:00Z";

function look(lines: string[], objects: string[] = [], flags: Partial<Flags> = {}): Snapshot {
  const service = { status: "Running", flags: { ...FLAGS, ...flags } } as Snapshot["service"];
  const optimizedModel = objects.map((name) => ({ name, sizeBytes: 1, at: "2026-11-22T10:20:00Z" }));
  const instances = [{ ...anInstance({ startedAt: START }), containers: [] }];
  return { ...EMPTY_SNAPSHOT, service, instances, log: { lines }, optimizedModel };
}

const OPTIMIZING = "[2026-11-22 18:00:30] [WARNING] app.py : The blade model is optimizing now! We will use eager";
const COPYING = "[2026-11-22 18:00:30] [INFO] Copying default blade model!";
const GAVE_UP = "[2026-11-22 18:00:31] Load pre-optimized blade model failed! Use the original diffuser model!";

it.each<[string, ReturnType<typeof look>, boolean | undefined, object | undefined]>([
  ["switched off", look([], [], { blade: false }), undefined, { state: "off" }],
  ["the image's own, copied", look([COPYING]), undefined, { state: "copied" }],
  [
    "being optimized",
    look([OPTIMIZING], ["encoder.pt"]),
    false,
    { state: "optimizing", parts: 1, of: 3, since: "2026-11-22T10:00:30.000Z" },
  ],
  ["with a ControlNet", look([OPTIMIZING], [], { func: "controlnet" }), undefined, { state: "optimizing", of: 4 }],
  [
    "done, not yet asked for a picture",
    look([OPTIMIZING], ["encoder.pt", "unet.pt", "decoder.pt"]),
    false,
    { state: "optimized" },
  ],
  ["loaded after that", look([OPTIMIZING, "load blade model to init"]), undefined, { state: "on" }],
  ["served a picture", look([]), true, { state: "on" }],
  [
    "another card",
    look([COPYING, "RuntimeError: CUDA error: no kernel image is available", GAVE_UP]),
    false,
    { state: "failed", why: "hardware" },
  ],
  [
    "Stable Diffusion 2",
    look([COPYING, "Error(s) in loading state_dict for UnetWrapper:", GAVE_UP]),
    false,
    { state: "failed", why: "sd2" },
  ],
  [
    "the background process died",
    look([OPTIMIZING, "Process Process-1:", "OSError: x"]),
    false,
    { state: "failed", why: "other" },
  ],
  ["nothing is known", look([]), undefined, { state: "unknown" }],
  ["some parts, the log forgot why", look([], ["encoder.pt"]), false, { state: "optimizing", parts: 1, of: 3 }],
  ["all parts, the log forgot why", look([], ["encoder.pt", "unet.pt", "decoder.pt"]), false, { state: "optimized" }],
  [
    "all parts, and no picture since",
    look([], ["encoder.pt", "unet.pt", "decoder.pt"]),
    undefined,
    { state: "unknown" },
  ],
])("%s", (_, snapshot, used, expected) => {
  expect(bladeOf(snapshot, [{ createdAt: AFTER, useBlade: used }])).toMatchObject(expected ?? {});
});

it("says nothing of a program that is not the diffusers container", () => {
  expect(bladeOf({ ...look([]), service: undefined }, [])).toBeUndefined();
});

it("does not believe a picture that was made before this start", () => {
  expect(bladeOf(look([OPTIMIZING]), [{ createdAt: BEFORE, useBlade: true }])).toMatchObject({ state: "optimizing" });
  const again = look([OPTIMIZING]);
  again.instances = again.instances.map((one) => ({
    ...one,
    startedAt: BEFORE,
    lastExit: { reason: "Error", at: START },
  }));
  const pictures = [{ createdAt: "2026-11-22T09:00:00Z", useBlade: true }];
  expect(bladeOf(again, pictures)).toMatchObject({ state: "optimizing" });
});

it("does not take parts that lay there before this start for its own work", () => {
  const snapshot = look([], ["encoder.pt"]);
  snapshot.optimizedModel = snapshot.optimizedModel?.map((part) => ({ ...part, at: BEFORE }));
  expect(bladeOf(snapshot, [])).toMatchObject({ state: "unknown" });
});
