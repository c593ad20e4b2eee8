"use client";

import { Columns2 } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import type { Sheet } from "@/lib/sheets/view";
import { Thumbnail } from "../thumbnail";

interface SheetTableProps {
  sheet: Sheet;
  known: readonly Generation[];
  selected: string | undefined;
  onSelect: (generation: Generation) => void;
  onCompare: (left: Generation, right: Generation) => void;
}

/** With what each row and column stands for, where it stands for something. */
export function SheetTable(props: SheetTableProps) {
  const { sheet } = props;
  if (sheet.kind === "golden") return <BeforeAndNow {...props} />;
  if (sheet.kind === "batch") return <Plain {...props} />;
  return <Axes {...props} />;
}

function Axes(props: SheetTableProps) {
  const { sheet } = props;
  const t = useT();
  const { x, y, services } = sheet.labels;
  const columns = services ?? x?.values ?? [];
  const rows = y?.values ?? [""];
  const top = services ? t("playground.compare.fields.service") : x && t(`playground.grid.parameters.${x.parameter}`);
  return (
    // The scrolling part can be reached by keyboard: its cells are buttons.
    <div className="overflow-x-auto rounded-lg border border-line">
      <table className="border-separate border-spacing-1 text-sm">
        <caption className="sr-only">{[top, y && t(`playground.grid.parameters.${y.parameter}`)].join(" × ")}</caption>
        <thead>
          <tr>
            {y ? (
              <td className="p-1 align-bottom text-text-3 text-xs">{t(`playground.grid.parameters.${y.parameter}`)}</td>
            ) : null}
            {columns.map((value, at) => (
              <th key={value} scope="col" className="max-w-40 p-1 text-left font-medium">
                <span className="block text-text-3 text-xs">{at === 0 ? top : "\u00a0"}</span>
                <span className="line-clamp-2 wrap-anywhere" title={value}>
                  {value}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((value, row) => (
            <tr key={value}>
              {y ? (
                <th scope="row" className="max-w-32 p-1 text-left align-top font-medium">
                  <span className="line-clamp-3 wrap-anywhere" title={value}>
                    {value}
                  </span>
                </th>
              ) : null}
              {columns.map((column, at) => (
                <td key={column} className="p-0">
                  <Cell
                    {...props}
                    cell={sheet.cells[row * columns.length + at] ?? null}
                    name={[column, value].filter(Boolean).join(", ")}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Plain(props: SheetTableProps) {
  return (
    <ol className="grid grid-cols-[repeat(auto-fill,minmax(7.5rem,1fr))] gap-2">
      {props.sheet.cells.map((cell, at) => (
        // A line has no other name than its place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={at}>
          <Cell {...props} cell={cell} name={`${at + 1}. ${cell?.input.prompt ?? ""}`} wide />
        </li>
      ))}
    </ol>
  );
}

function BeforeAndNow(props: SheetTableProps) {
  const { sheet, onCompare } = props;
  const t = useT();
  return (
    <ul className="grid gap-3">
      {sheet.cells.map((cell, at) => {
        const before = sheet.before?.[at] ?? null;
        const prompt = cell?.input.prompt ?? before?.input.prompt ?? "";
        return (
          <li key={sheet.labels.golden?.[at]?.id} className="grid gap-2 rounded-lg border border-line p-3">
            <div className="flex flex-wrap items-start justify-between gap-2">
              <p className="line-clamp-2 min-w-0 flex-1 wrap-anywhere font-medium">{prompt}</p>
              {cell?.pictures[0] && before?.pictures[0] ? (
                <Button size="sm" icon={<Columns2 aria-hidden="true" />} onClick={() => onCompare(before, cell)}>
                  {t("playground.compare.open")}
                </Button>
              ) : null}
            </div>
            <div className="grid grid-cols-2 gap-3">
              {([before, cell] as const).map((one, side) => (
                <div key={side === 0 ? "before" : "now"} className="grid content-start gap-1">
                  <span className="text-sm text-text-2">{versionText(t, one, side === 0)}</span>
                  <Cell
                    {...props}
                    cell={one}
                    name={`${prompt}, ${t(side === 0 ? "playground.sheet.before" : "playground.sheet.now")}`}
                    wide
                  />
                </div>
              ))}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function versionText(t: Translate, generation: Generation | null, isBefore: boolean): string {
  const when = t(isBefore ? "playground.sheet.before" : "playground.sheet.now");
  const version = generation?.version;
  return version === undefined ? when : `${when} · ${t("playground.sheet.version", { version })}`;
}

interface CellProps extends Pick<SheetTableProps, "known" | "selected" | "onSelect"> {
  cell: Generation | null;
  name: string;
  /** As wide as its place. */
  wide?: boolean;
}

function Cell({ cell, name, wide, known, selected, onSelect }: CellProps) {
  const t = useT();
  const shape = cn("aspect-square overflow-hidden rounded-md border bg-hover", wide ? "w-full" : "w-32");
  if (!cell)
    return (
      <span className={cn(shape, "grid place-items-center border-line text-sm text-text-3")}>
        {t("playground.sheet.gone")}
      </span>
    );
  const isSelected = cell.taskId === selected;
  return (
    <button
      type="button"
      aria-pressed={isSelected}
      aria-label={name}
      onClick={() => onSelect(cell)}
      className={cn(
        shape,
        "block",
        isSelected ? "border-accent outline outline-accent" : "border-line hover:border-control",
      )}
    >
      <Thumbnail item={cell} known={known} />
    </button>
  );
}
