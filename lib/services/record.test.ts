import { expect, it } from "vitest";
import en from "@/lib/i18n/messages/en.json";
import { SERVICE_DEEDS } from "./record";

it.each(SERVICE_DEEDS)("%s has its sentence in the service's story", (deed) => {
  const texts: Record<string, string> = en.services.timeline.action;
  expect(texts[deed.replace("services.", "")]).toContain("{by}");
});
