"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ThemeProvider } from "@/components/layout/theme-provider";
import { Toaster } from "@/components/ui/toaster";
import type { Locale } from "@/lib/i18n/locales";
import { I18nProvider } from "@/lib/i18n/react";
import type { Messages } from "@/lib/i18n/translate";
import { createQueryClient } from "@/lib/query-client";
import type { Theme } from "@/lib/theme";

interface ProvidersProps {
  locale: Locale;
  messages: Messages;
  theme: Theme;
  renderedAt: number;
  children: ReactNode;
}

export function Providers({ locale, messages, theme, renderedAt, children }: ProvidersProps) {
  // In state: one client per request on the server, one for the tab in the browser.
  const [queryClient] = useState(createQueryClient);
  return (
    <I18nProvider locale={locale} messages={messages} renderedAt={renderedAt}>
      <ThemeProvider initial={theme}>
        <QueryClientProvider client={queryClient}>
          {children}
          <Toaster />
        </QueryClientProvider>
      </ThemeProvider>
    </I18nProvider>
  );
}
