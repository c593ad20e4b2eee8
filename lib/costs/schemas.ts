import { z } from "zod";
import { PERIODS } from "./cost";

/** What the browser reads of costs. Amounts are in the price table's currency; without a table there are times only. */

const TallySchema = z.object({
  amount: z.number(),
  pricedMs: z.number(),
  unpricedMs: z.number(),
  unseenMs: z.number(),
  ownMs: z.number(),
});

const MeterSchema = z.object({
  /** Before it nobody counted. */
  firstAt: z.string().optional(),
  lastAt: z.string().optional(),
  /** Why the last reading failed. */
  error: z.string().optional(),
});

/** What all that runs now costs; absent where nothing of it has a price. */
const PerHourSchema = z.object({ amount: z.number(), isPartial: z.boolean() });

const ServiceCostSchema = z.object({
  serviceId: z.string(),
  service: z.string(),
  owner: z.string(),
  /** Instances that run now. */
  running: z.number(),
  tally: TallySchema,
  pictures: z.number(),
});
export type ServiceCost = z.infer<typeof ServiceCostSchema>;

const PersonCostSchema = z.object({
  person: z.string(),
  /** How many are theirs. */
  services: z.number(),
  /** Of their services, but for the time in which these made pictures for people. */
  kept: TallySchema,
  /** The time in which services, whoever's, made their pictures. */
  making: TallySchema,
  /** Made by them, on any service. */
  pictures: z.number(),
});
export type PersonCost = z.infer<typeof PersonCostSchema>;

export const CostQuerySchema = z.object({ period: z.enum(PERIODS).default("month") });

export const CostReportSchema = z.object({
  period: z.enum(PERIODS),
  from: z.string(),
  until: z.string(),
  currency: z.string().optional(),
  meter: MeterSchema,
  perHour: PerHourSchema.optional(),
  running: z.number(),
  /** A month's. */
  budget: z.number().optional(),
  total: TallySchema,
  pictures: z.number(),
  services: z.array(ServiceCostSchema),
  people: z.array(PersonCostSchema),
  days: z.array(z.object({ day: z.string(), tally: TallySchema })),
  /** Times within the period in which nobody counted. */
  gaps: z.array(z.object({ from: z.string(), until: z.string() })),
});
export type CostReport = z.infer<typeof CostReportSchema>;

const SpanCostSchema = z.object({ tally: TallySchema, pictures: z.number() });

/** Of one service. */
export const ServiceCostsSchema = z.object({
  currency: z.string().optional(),
  meter: MeterSchema,
  running: z.number(),
  perHour: PerHourSchema.optional(),
  today: SpanCostSchema,
  week: SpanCostSchema,
  month: SpanCostSchema,
});
export type ServiceCosts = z.infer<typeof ServiceCostsSchema>;

/** Null takes the budget away. In the price table's currency. */
export const SaveBudgetSchema = z.object({
  amount: z.number("costs.budget.rule").positive("costs.budget.rule").max(1e9, "costs.budget.rule").nullable(),
});
