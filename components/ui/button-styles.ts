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
  sm: "h-7 gap-1.5 px-2.5 text-sm",
  md: "h-9 gap-2 px-3.5",
  lg: "h-11 gap-2 px-5 text-md",
} as const;

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
  className?: string;
}

export function buttonClass({ variant = "secondary", size = "md", off, square, className }: ButtonStyle): string {
  return cn(
    "inline-flex shrink-0 select-none items-center justify-center rounded-md font-medium transition-colors",
    "whitespace-nowrap [&>svg]:size-4 [&>svg]:shrink-0",
    square ? SQUARE[size] : SIZES[size],
    off ? OFF : VARIANTS[variant],
    className,
  );
}
