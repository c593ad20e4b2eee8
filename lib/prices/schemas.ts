import { z } from "zod";

const DAY = /^\d{4}-\d\d-\d\d$/;
const isDay = (day: string) => DAY.test(day) && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;

/** Nothing costs more an hour; a slip of the comma does. */
const MOST_PER_HOUR = 100_000;

export const PriceSchema = z.object({
  instanceType: z
    .string()
    .trim()
    .max(64, "prices.rules.instanceType")
    .regex(/^[a-z0-9][\w.-]*$/i, "prices.rules.instanceType"),
  perHour: z.number("prices.rules.perHour").min(0, "prices.rules.perHour").max(MOST_PER_HOUR, "prices.rules.perHour"),
  since: z.string().refine(isDay, "prices.rules.since"),
  source: z.string().trim().min(1, "prices.rules.source").max(200, "prices.rules.source"),
});

/** `Intl` takes any three letters. */
export const CurrencySchema = z.string().regex(/^[A-Z]{3}$/, "prices.rules.currency");

const PricesSchema = z
  .array(PriceSchema)
  .max(1000)
  .superRefine((prices, context) => {
    const seen = new Set<string>();
    prices.forEach(({ instanceType, since }, index) => {
      const key = `${instanceType}\n${since}`;
      if (seen.has(key))
        context.addIssue({ code: "custom", path: [index, "instanceType"], message: "prices.rules.twice" });
      seen.add(key);
    });
  });

/** The whole table at once: what somebody else saved meanwhile is refused, not overwritten. */
export const SavePriceListSchema = z.object({
  currency: CurrencySchema,
  prices: PricesSchema,
  /** Of the list that was edited; 0 while there is none. */
  revision: z.number().int().min(0),
});

/** What the browser reads. `currency` is absent until somebody saved a list. */
export const PriceListViewSchema = z.object({
  region: z.string(),
  currency: CurrencySchema.optional(),
  prices: z.array(PriceSchema),
  revision: z.number(),
  updatedAt: z.string().optional(),
  updatedBy: z.string().optional(),
});
export type PriceListView = z.infer<typeof PriceListViewSchema>;
