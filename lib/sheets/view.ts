import { z } from "zod";
import { GenerationSchema } from "@/lib/generations/view";
import { GRID_PARAMETERS } from "@/lib/playground/grid";
import { GenerateInputSchema } from "@/lib/playground/input";

/** What the browser gets to see of pictures that were asked for together. */

export const SHEET_KINDS = ["grid", "batch", "golden", "services"] as const;
export type SheetKind = (typeof SHEET_KINDS)[number];
/** A grid or a batch has at most as many pictures. */
export const SHEET_MAX = 100;

const AxisSchema = z.object({ parameter: z.enum(GRID_PARAMETERS), values: z.array(z.string().max(2000)).min(1) });

/** A golden rerun has the pictures beside which its own are shown. */
export const SheetLabelsSchema = z.object({
  x: AxisSchema.optional(),
  y: AxisSchema.optional(),
  services: z.array(z.string()).optional(),
  golden: z.array(z.object({ id: z.string(), taskId: z.string() })).optional(),
});
export type SheetLabels = z.infer<typeof SheetLabelsSchema>;

const HeadSchema = z.object({
  id: z.string(),
  service: z.string(),
  kind: z.enum(SHEET_KINDS),
  labels: SheetLabelsSchema,
  by: z.string().optional(),
  /** RFC 3339 UTC. */
  createdAt: z.string(),
});

export const SheetSummarySchema = HeadSchema.extend({
  total: z.number(),
  done: z.number(),
  failed: z.number(),
  open: z.number(),
  /** Of its first picture. */
  prompt: z.string(),
});
export type SheetSummary = z.infer<typeof SheetSummarySchema>;

export const SheetSchema = HeadSchema.extend({
  /** When the links of its pictures were made. */
  signedAt: z.string(),
  /** Row by row; null where the picture was deleted. */
  cells: z.array(GenerationSchema.nullable()),
  /** What a golden rerun is compared with, cell by cell. */
  before: z.array(GenerationSchema.nullable()).optional(),
});
export type Sheet = z.infer<typeof SheetSchema>;

export const GoldenPromptSchema = z.object({
  id: z.string(),
  input: GenerateInputSchema,
  taskId: z.string(),
  version: z.number().optional(),
  by: z.string().optional(),
  picture: GenerationSchema.shape.pictures.element.optional(),
});
export type GoldenPrompt = z.infer<typeof GoldenPromptSchema>;
