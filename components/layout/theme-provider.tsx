"use client";

import { createContext, type ReactNode, useContext, useState } from "react";
import { THEME_COOKIE, type Theme, themeAttribute } from "@/lib/theme";
import { rememberInCookie } from "./remember";

const ThemeContext = createContext<[Theme, (theme: Theme) => void] | null>(null);

/** The theme is an attribute of the root element that the server rendered; a change takes effect at once and is remembered. */
export function ThemeProvider({ initial, children }: { initial: Theme; children: ReactNode }) {
  const [theme, setTheme] = useState(initial);

  function choose(next: Theme) {
    const attribute = themeAttribute(next);
    if (attribute) document.documentElement.dataset.theme = attribute;
    else delete document.documentElement.dataset.theme;
    rememberInCookie(THEME_COOKIE, next);
    setTheme(next);
  }

  return <ThemeContext value={[theme, choose]}>{children}</ThemeContext>;
}

export function useTheme() {
  const value = useContext(ThemeContext);
  if (!value) throw new Error("ThemeProvider is missing above this component.");
  return value;
}
