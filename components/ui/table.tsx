import type { ReactNode } from "react";
import { cn } from "./cn";

export interface Column<Row> {
  id: string;
  header: ReactNode;
  /** Null leaves the cell empty, and away where rows are cards. */
  cell: (row: Row) => ReactNode;
  align?: "end";
  /** Heads the card on a narrow screen, where the other cells follow with their header as label. */
  primary?: boolean;
  /** Hides the header's words (for a column of buttons), not its name. */
  headerHidden?: boolean;
  className?: string;
}

interface TableProps<Row> {
  /** Names the table. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  dense?: boolean;
}

/**
 * A table on wide screens, a list of cards below 640 px: one DOM, whose roles are written out because `display: grid` would
 * take the table's own away.
 */
export function Table<Row>({ label, columns, rows, rowKey, dense }: TableProps<Row>) {
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: display values other than table drop the implicit roles
    <table role="table" aria-label={label} className="block w-full sm:table">
      <thead role="rowgroup" className="sr-only sm:not-sr-only sm:table-header-group">
        <tr role="row">
          {columns.map((column) => (
            <th
              key={column.id}
              role="columnheader"
              scope="col"
              className={cn(
                "h-9 whitespace-nowrap border-line border-b px-4 text-left font-medium text-sm text-text-3",
                column.align === "end" && "text-right",
              )}
            >
              {column.headerHidden ? <span className="sr-only">{column.header}</span> : column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="block divide-y divide-line sm:table-row-group">
        {rows.map((row) => (
          <tr
            key={rowKey(row)}
            role="row"
            className="relative grid gap-1 px-4 py-3 transition-colors sm:table-row sm:p-0 sm:hover:bg-hover"
          >
            {columns
              .map((column) => ({ column, content: column.cell(row) }))
              .map(({ column, content }) => (
                <td
                  key={column.id}
                  role="cell"
                  className={cn(
                    "flex min-w-0 items-baseline justify-between gap-4 sm:table-cell sm:px-4 sm:align-middle",
                    dense ? "sm:h-8" : "sm:h-10",
                    content === null && "max-sm:hidden",
                    column.primary && "font-medium sm:font-normal",
                    column.align === "end" && "sm:text-right",
                    column.className,
                  )}
                >
                  {column.primary || column.headerHidden ? null : (
                    <span aria-hidden="true" className="shrink-0 text-sm text-text-3 sm:hidden">
                      {column.header}
                    </span>
                  )}
                  {content}
                </td>
              ))}
          </tr>
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above
  );
}
