import sharp from "sharp";
import type { Context } from "@/lib/context.server";
import { storeInput } from "@/lib/generations/input-pictures";
import { proveWithPicture } from "@/lib/generations/prove-with-picture";
import type { Generation } from "@/lib/generations/view";
import { ControlnetSchema, type GenerateInput } from "@/lib/playground/input";
import { readConfig } from "@/lib/service-config/config-facts";

/** One picture without anybody at a screen, of the only kind that the service makes. */
export async function makePicture(
  ctx: Context,
  { service, taskId }: { service: string; taskId: string },
): Promise<Generation> {
  const { config } = await ctx.eas.describeService(service);
  const isControlnet = readConfig(config).parsed?.flags.func === "controlnet";
  return proveWithPicture(ctx, { service, taskId, input: isControlnet ? await edgesInput(ctx, service) : undefined });
}

/** A house of a few lines: a ControlNet of any kind gets a picture that it can read. */
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512">
  <rect width="512" height="512" fill="white"/>
  <path d="M96 416V224L256 96l160 128v192z M224 416V304h64v112 M0 416h512" fill="none" stroke="black" stroke-width="8"/>
</svg>`;

async function edgesInput(ctx: Context, service: string): Promise<GenerateInput> {
  const bytes = await sharp(Buffer.from(DRAWING)).png().toBuffer();
  const { key, width, height } = await storeInput(ctx, { service, bytes });
  return ControlnetSchema.parse({
    func: "controlnet",
    prompt: "a small house by a lake, morning light",
    steps: 20,
    seed: "20260101",
    processFunc: "canny",
    image: { key, width, height },
  });
}
