import { z } from "zod";
import { GenerateInputSchema } from "@/lib/playground/input";
import { isTaskId } from "@/lib/playground/task-id";
import { SHEET_MAX, SheetLabelsSchema } from "./view";

const TaskIdSchema = z.string().refine(isTaskId);
const ServiceSchema = z.string().min(1).max(128);

export const SubmitSheetSchema = z.object({
  /** Chosen by the caller, so that pressing twice asks once. */
  id: z.uuid(),
  service: ServiceSchema,
  kind: z.enum(["grid", "batch"]),
  labels: SheetLabelsSchema.pick({ x: true, y: true }),
  requests: z
    .array(z.object({ taskId: TaskIdSchema, input: GenerateInputSchema }))
    .min(1)
    .max(SHEET_MAX),
});

export const SheetIdSchema = z.object({ id: z.uuid() });
export const RetrySheetSchema = z.object({
  id: z.uuid(),
  /** Which cell is tried again, and the number of the new attempt. */
  again: z
    .array(z.object({ taskId: TaskIdSchema, by: TaskIdSchema }))
    .min(1)
    .max(SHEET_MAX),
});

export const TryElsewhereSchema = z.object({
  id: z.uuid(),
  /** Of the picture that is there. */
  taskId: TaskIdSchema,
  others: z
    .array(z.object({ service: ServiceSchema, taskId: TaskIdSchema }))
    .min(1)
    .max(5),
});

export const AddGoldenSchema = z.object({ generationId: z.uuid() });
export const GoldenIdSchema = z.object({ id: z.uuid() });
export const RunGoldenSchema = z.object({ id: z.uuid(), service: ServiceSchema });
/** The rerun whose pictures are the ones to compare with from now on. */
export const AcceptGoldenSchema = z.object({ sheetId: z.uuid() });
