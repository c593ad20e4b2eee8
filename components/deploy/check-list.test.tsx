import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import { I18nProvider } from "@/lib/i18n/react";
import type { CheckId, CheckState } from "@/lib/prerequisites/types";
import { CheckList } from "./check-list";

function draw(id: CheckId, state: CheckState): string {
  const result = { id, state, calls: [], elapsedMs: 1, params: {}, requestIds: [] };
  return renderToStaticMarkup(
    <I18nProvider locale="en" messages={en} renderedAt={0}>
      <QueryClientProvider client={new QueryClient()}>
        <CheckList label="Checks" results={[result]} region="cn-hangzhou" onRecheck={async () => undefined} />
      </QueryClientProvider>
    </I18nProvider>,
  );
}

describe.each(["bucket_cors", "eas_machines", "bucket_region", "bucket_line"] as const)("%s", (id) => {
  it("says who can repair it, and nothing of that where all is well", () => {
    expect(draw(id, "failed")).toContain(en.checks[id].who);
    expect(draw(id, "ok")).not.toContain(en.checks[id].who);
  });
});

it("leads from a refused object to where a custom domain is entered", () => {
  expect(draw("bucket_objects", "failed")).toContain('href="/settings/connections"');
  expect(draw("bucket_objects", "ok")).not.toContain("/settings/connections");
});
