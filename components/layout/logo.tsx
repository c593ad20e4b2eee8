import { cn } from "@/components/ui/cn";

/** The mark: a canvas on an easel. Decoration beside the name. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" fill="none" aria-hidden="true" className={cn("size-7 shrink-0", className)}>
      <path
        d="M16 2.5v3M10.2 21 6.5 30M21.8 21l3.7 9M16 21v5.5M3.5 21.2h25"
        className="stroke-text-3"
        strokeWidth="2.2"
        strokeLinecap="round"
      />
      <rect x="4" y="5" width="24" height="15" rx="2.5" className="fill-accent" />
      <circle cx="21.3" cy="10" r="2.2" className="fill-accent-ink" opacity="0.8" />
      <path d="m7.5 17 5.2-6 3.6 4 2.3-2.4 5.4 4.4z" className="fill-accent-ink" />
    </svg>
  );
}
