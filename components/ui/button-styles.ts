import { cn } from "./cn";

const VARIANTS = {
  /** The one thing to do on the page. */
  primary: "bg-accent text-accent-ink hover:bg-accent-hover",
  secondary: "border border-line-strong bg-surface text-text hover:border-control hover:bg-hover",
  ghost: "text-text-2 hover:bg-hover hover:text-text",
  /** Loses something. Kept apart from the primary one, whose vermilion is near to red. */
  danger:
    "border border-bad-solid/40 bg-bad-soft text-bad hover:border-transparent hover:bg-bad-solid hover:text-bad-ink",
} as const;

const SIZES = {
  sm: "gap-1.5 px-2.5 text-sm",
  md: "gap-2 px-3.5",
  lg: "gap-2 px-5 text-md",
} as const;

const ONE_LINE = { sm: "h-7", md: "h-9", lg: "h-11" } as const;
/** As high as the others while one line is enough. */
const LINES = { sm: "min-h-7 py-0.5", md: "min-h-9 py-1", lg: "min-h-11 py-1.5" } as const;

const SQUARE = { sm: "size-7", md: "size-9", lg: "size-11" } as const;

export type ButtonVariant = keyof typeof VARIANTS;
export type ButtonSize = keyof typeof SIZES;

const OFF = "cursor-not-allowed border border-line bg-hover text-text-3";

interface ButtonStyle {
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** Looks switched off, whatever the variant. */
  off?: boolean;
  /** As wide as high, for an icon alone. */
  square?: boolean;
  /** Long words, such as names of files, go on in further lines where there is no room beside. */
  wraps?: boolean;
  className?: string;
}

export function buttonClass({
  variant = "secondary",
  size = "md",
  off,
  square,
  wraps,
  className,
}: ButtonStyle): string {
  return cn(
    "inline-flex select-none items-center justify-center rounded-md font-medium transition-colors",
    "[&>svg]:size-4 [&>svg]:shrink-0",
    wraps ? "wrap-anywhere min-w-0 max-w-full text-left" : "shrink-0 whitespace-nowrap",
    square ? SQUARE[size] : cn(SIZES[size], wraps ? LINES[size] : ONE_LINE[size]),
    off ? OFF : VARIANTS[variant],
    className,
  );
}
