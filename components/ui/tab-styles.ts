import { cn } from "./cn";

export const tabListClass = "flex gap-1 overflow-x-auto overflow-y-hidden border-line border-b";

export function tabClass(active?: boolean): string {
  return cn(
    "-mb-px flex h-10 shrink-0 items-center gap-2 border-b-2 px-3 transition-colors focus-visible:outline-offset-[-2px] [&>svg]:size-4",
    active ? "border-accent font-medium text-text" : "border-transparent text-text-2 hover:text-text",
  );
}
