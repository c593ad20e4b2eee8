"use client";

import { type ComponentPropsWithRef, type MouseEvent, type ReactNode, useId } from "react";
import { type ButtonSize, type ButtonVariant, buttonClass } from "./button-styles";
import { Spinner } from "./spinner";
import { Tooltip } from "./tooltip";
import { VisuallyHidden } from "./visually-hidden";

export interface ButtonProps extends Omit<ComponentPropsWithRef<"button">, "disabled"> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
  /** Goes on in further lines where there is no room beside. */
  wraps?: boolean;
  /** Works on it: keeps the focus, ignores further clicks. */
  loading?: boolean;
  disabled?: boolean;
  /** Why it cannot be used now. Disables the button, but leaves it in the tab order so that the reason can be found. */
  disabledReason?: string;
}

export function Button({
  variant,
  size,
  icon,
  wraps,
  loading = false,
  disabled = false,
  disabledReason,
  className,
  children,
  onClick,
  type = "button",
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const inert = loading || Boolean(disabledReason);

  function handleClick(event: MouseEvent<HTMLButtonElement>) {
    if (inert) return event.preventDefault();
    onClick?.(event);
  }

  return (
    <>
      <Tooltip content={disabledReason}>
        <button
          {...rest}
          type={type}
          disabled={disabled && !disabledReason}
          aria-disabled={inert || undefined}
          aria-busy={loading || undefined}
          aria-describedby={disabledReason ? reasonId : rest["aria-describedby"]}
          onClick={handleClick}
          className={buttonClass({ variant, size, wraps, off: disabled || Boolean(disabledReason), className })}
        >
          {loading ? <Spinner /> : icon}
          {children}
        </button>
      </Tooltip>
      {disabledReason ? <VisuallyHidden id={reasonId}>{disabledReason}</VisuallyHidden> : null}
    </>
  );
}
