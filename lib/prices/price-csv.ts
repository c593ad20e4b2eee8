import { parseCsv, toCsv } from "@/lib/csv";
import type { Price, PriceList } from "./price";
import { CurrencySchema, PriceSchema } from "./schemas";

/** The price table as a file: one line a price, the currency in each. */

const HEADER = ["instance_type", "price_per_hour", "currency", "since", "source"] as const;

export function toPriceCsv({ currency, prices }: PriceList): string {
  const lines = prices.map(({ instanceType, perHour, since, source }) => [
    instanceType,
    perHour,
    currency,
    since,
    source,
  ]);
  return toCsv([HEADER, ...lines]);
}

export interface CsvProblem {
  /** As an editor counts; 0 = the file as a whole. */
  line: number;
  /** A message key. */
  rule: string;
}

export interface ReadCsv {
  currency?: string;
  prices: Price[];
  problems: CsvProblem[];
}

/** Columns in any order; each line that cannot be taken is named, and nothing of it is guessed. */
export function fromPriceCsv(text: string): ReadCsv {
  const [header = [], ...lines] = parseCsv(text);
  const names = header.map((name) => name.trim().toLowerCase());
  const column = Object.fromEntries(HEADER.map((name) => [name, names.indexOf(name)]));
  if (HEADER.some((name) => column[name] === -1))
    return { prices: [], problems: [{ line: 0, rule: "prices.rules.columns" }] };
  const prices: Price[] = [];
  const problems: CsvProblem[] = [];
  let currency: string | undefined;
  lines.forEach((cells, index) => {
    const cell = (name: (typeof HEADER)[number]) => cells[column[name] ?? -1]?.trim() ?? "";
    const line = index + 2;
    const amount = cell("price_per_hour");
    const parsed = PriceSchema.safeParse({
      instanceType: cell("instance_type"),
      perHour: /^\d+(\.\d+)?$/.test(amount) ? Number(amount) : Number.NaN,
      since: cell("since"),
      source: cell("source"),
    });
    const named = CurrencySchema.safeParse(cell("currency"));
    if (!parsed.success) problems.push({ line, rule: parsed.error.issues[0]?.message ?? "prices.rules.perHour" });
    else if (!named.success) problems.push({ line, rule: "prices.rules.currency" });
    else if (currency !== undefined && currency !== named.data)
      problems.push({ line, rule: "prices.rules.oneCurrency" });
    else if (prices.some((one) => one.instanceType === parsed.data.instanceType && one.since === parsed.data.since))
      problems.push({ line, rule: "prices.rules.twice" });
    else {
      currency = named.data;
      prices.push(parsed.data);
    }
  });
  return { currency, prices, problems };
}
