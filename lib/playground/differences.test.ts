import { expect, test } from "vitest";
import { type Compared, differences } from "./differences";
import { GenerateInputSchema } from "./input";

const image = { key: "out/easel-inputs/abc.png", width: 512, height: 512 };
const made = (input: object, rest: Partial<Compared> = {}): Compared => ({
  service: "s",
  version: 1,
  seed: "7",
  input: GenerateInputSchema.parse({ func: "t2i", prompt: "a cat", ...input }),
  ...rest,
});

test.each<[string, Compared, Compared, object]>([
  ["nothing", made({}), made({}), []],
  ["steps", made({ steps: 20 }), made({ steps: 50 }), [{ field: "steps", left: "20", right: "50" }]],
  ["another version", made({}), made({}, { version: 2 }), [{ field: "version", left: "1", right: "2" }]],
  [
    "the seed that was really used",
    made({}, { seed: "18446744073709551615" }),
    made({}, { seed: "0" }),
    [{ field: "seed", left: "18446744073709551615", right: "0" }],
  ],
  [
    "a translation on one side",
    made({}, { promptDrawn: "a cat" }),
    made({}, { promptDrawn: "one cat" }),
    [{ field: "promptDrawn", left: undefined, right: "one cat" }],
  ],
  [
    "a LoRA",
    made({}),
    made({ loras: [{ path: "lora/a.bin", weight: 0.5 }] }),
    [{ field: "loras", left: undefined, right: "lora/a.bin × 0.5" }],
  ],
  [
    "another function, with what only it has",
    made({}),
    made({ func: "i2i", image }),
    [
      { field: "func", left: "t2i", right: "i2i" },
      { field: "denoisingStrength", left: undefined, right: "0.55" },
      { field: "resizeMode", left: undefined, right: "stretch" },
      { field: "image", left: undefined, right: "abc.png" },
    ],
  ],
])("%s", (_, left, right, expected) => {
  expect(differences(left, right)).toEqual(expected);
});
