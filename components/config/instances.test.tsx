import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import { I18nProvider } from "@/lib/i18n/react";
import { applyPatches } from "@/lib/service-config/document";
import { MACHINES } from "@/lib/service-config/fixtures";
import { FACTS, SOUND, set } from "@/lib/service-config/lint/cases";
import type { MachineFacts } from "@/lib/service-config/machine";
import { ConfigForm } from "./config-form";
import { EditorContext, useEditor } from "./editor-context";

const [machine] = MACHINES;
const type = machine?.instanceType ?? "";

function Screen({ text, machines }: { text: string; machines: MachineFacts[] }) {
  const editor = useEditor({ text, setText: () => undefined, facts: FACTS });
  return (
    <EditorContext value={editor}>
      <ConfigForm
        connectionId="test"
        machines={{ data: machines, error: null, refetch: () => Promise.reject(new Error("not asked")) }}
        workspaces={[]}
        tab="form"
        onTab={() => undefined}
        requestSize={{ onChange: () => undefined }}
      />
    </EditorContext>
  );
}

const draw = (text: string, machines: MachineFacts[]) =>
  renderToStaticMarkup(
    <I18nProvider locale="en" messages={en} renderedAt={0}>
      <QueryClientProvider client={new QueryClient()}>
        <Screen text={text} machines={machines} />
      </QueryClientProvider>
    </I18nProvider>,
  );

const LIST = applyPatches(SOUND, [
  set("cloud.computing.instance_type", undefined),
  set("cloud.computing.instances", [{ type, spot_price_limit: 9, capacity: "20%" }]),
]);
const inputOf = (markup: string, label: string) =>
  new RegExp(`<input[^>]*aria-label="${label}"[^>]*>`).exec(markup)?.[0];

it("has a field for the bid and one for the share of each type", () => {
  const markup = draw(LIST, [...MACHINES]);
  expect(inputOf(markup, `Bid per hour for ${type}`)).toContain('value="9"');
  expect(inputOf(markup, `Instances or share for ${type}`)).toContain('value="20%"');
});

it("names both prices of a spot instance", () => {
  const markup = draw(SOUND, [
    ...(machine ? [{ ...machine, spotDiscount: 0.4, unprotectedSpotDiscount: 0.25 }] : []),
    ...MACHINES.slice(1),
  ]);
  expect(markup).toContain("Spot at 40%");
  expect(markup).toContain("25% without the protected hour");
});
