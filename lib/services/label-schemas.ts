import { z } from "zod";

/** No source gives the limits of EAS's labels; these are those of the cloud's tags, which labels become on the bill. */
export const LabelKeySchema = z.string().trim().min(1).max(128);
export const LabelValueSchema = z.string().trim().max(128);

/** Labels as people edit them: in rows. */
export const LabelRowsSchema = z
  .object({ rows: z.array(z.object({ key: LabelKeySchema, value: LabelValueSchema })).max(100) })
  .superRefine(({ rows }, context) => {
    rows.forEach(({ key }, index) => {
      if (rows.findIndex((other) => other.key === key) !== index)
        context.addIssue({ code: "custom", path: ["rows", index, "key"], message: "services.labels.twice" });
    });
  });
