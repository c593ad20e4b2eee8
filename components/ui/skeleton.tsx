import { cn } from "./cn";

/** A place that is being filled for the first time. Appears late, so that a quick answer does not flash. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cn("block h-4 animate-appear-late rounded-md bg-line/70", className)} />;
}

/** Rows of a list or table, announced once. */
export function SkeletonRows({ label, rows = 4 }: { label: string; rows?: number }) {
  return (
    <div role="status" aria-label={label} className="divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <div key={row} className="flex h-12 items-center gap-4 px-4">
          <Skeleton className="w-2/5" />
          <Skeleton className="w-20" />
          <Skeleton className="ml-auto w-16" />
        </div>
      ))}
    </div>
  );
}
