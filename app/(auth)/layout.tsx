import type { ReactNode } from "react";
import { Door } from "@/components/auth/door";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return <Door>{children}</Door>;
}
