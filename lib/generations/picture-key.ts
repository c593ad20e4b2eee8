import { z } from "zod";

/** Of an object below a service's result folder. */
export const PictureKeySchema = z.object({ key: z.string().min(1).max(1023) });
