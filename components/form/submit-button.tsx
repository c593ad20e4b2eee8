"use client";

import type { ReactNode } from "react";
import { useFormContext } from "react-hook-form";
import { Button } from "@/components/ui/button";

interface SubmitButtonProps {
  /** A verb and its object. */
  children: ReactNode;
  /** Works on it, beyond the form's own submitting (a mutation). */
  pending?: boolean;
  disabledReason?: string;
  size?: "md" | "lg";
  className?: string;
}

export function SubmitButton({ children, pending = false, disabledReason, size, className }: SubmitButtonProps) {
  const { formState } = useFormContext();
  return (
    <Button
      type="submit"
      variant="primary"
      size={size}
      loading={pending || formState.isSubmitting}
      disabledReason={disabledReason}
      className={className}
    >
      {children}
    </Button>
  );
}
