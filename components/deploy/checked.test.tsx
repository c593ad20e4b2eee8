import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderToStaticMarkup } from "react-dom/server";
import { beforeAll, describe, expect, test } from "vitest";
import { NO_UPLOAD } from "@/components/upload/current-upload";
import type { ConnectionView } from "@/lib/connection";
import en from "@/lib/i18n/messages/en.json";
import { I18nProvider } from "@/lib/i18n/react";
import { checkModel, type ModelReport } from "@/lib/models/check";
import { memoryFile } from "@/lib/models/model-file";
import { sampleModel } from "@/lib/models/sample";
import { isCurrent, reportOf } from "./checked";
import { ModelStep } from "./model-step";
import type { ModelWork } from "./use-model";

const files = sampleModel().map(({ path, bytes }) => memoryFile(path, bytes));
let report: ModelReport;
beforeAll(async () => {
  report = await checkModel(files, { func: "base", blade: true, translate: false, closeSafety: false });
});

describe("a report", () => {
  const first = { blobs: new Map(), repairs: 0 };
  const repaired = { ...first, repairs: 1 };
  const second = { blobs: new Map(), repairs: 0 };

  test.each([
    ["of these files as they are", first, true, true],
    ["of these files before a repair stays in view", repaired, true, false],
    ["of another folder is not shown", second, false, false],
    ["of what was put away is not shown", undefined, false, false],
  ])("%s", (_, given, shown, current) => {
    const checked = { given: first, report };
    expect(reportOf<typeof first>(given, checked) !== undefined).toBe(shown);
    expect(isCurrent<typeof first>(given, checked)).toBe(current);
  });
});

describe("the step of the model", () => {
  const none = () => undefined;
  const complete = {
    source: "upload" as const,
    bucket: "my-bucket",
    root: "models/a/",
    report: {
      fileCount: 1,
      sizeBytes: 1,
      errors: 0,
      warnings: 0,
      folders: { baseModel: true, controlnet: false, translate: false, lora: false, optimizedModel: false },
      complete: true,
    },
  };

  /** What of its buttons cannot be pressed now. */
  function inert(work: Partial<ModelWork>): string[] {
    const model = {
      given: { source: "upload", files, blobs: new Map(), repairs: [], history: [] },
      checking: false,
      checked: false,
      upload: NO_UPLOAD,
      uploading: false,
      take: none,
      clear: none,
      repair: none,
      start: none,
      ...work,
    } as unknown as ModelWork;
    const markup = renderToStaticMarkup(
      <QueryClientProvider client={new QueryClient()}>
        <I18nProvider locale="en" messages={en} renderedAt={0}>
          <ModelStep
            connection={{ id: "test" } as ConnectionView}
            draft={{ check: { bucket: "my-bucket", region: "cn-hangzhou" }, model: complete }}
            save={async () => undefined}
            goTo={none}
            model={model}
          />
        </I18nProvider>
      </QueryClientProvider>,
    );
    const buttons = [...markup.matchAll(/<button[^>]*aria-disabled="true"[^>]*>(.*?)<\/button>/g)];
    return buttons.map(([, inner = ""]) => inner.replace(/<[^>]*>/g, ""));
  }

  test("sends what was checked", () => {
    expect(inert({ report, checked: true })).toEqual(["Next"]);
  });

  test("sends nothing that was repaired and is not checked again", () => {
    expect(inert({ report, checking: true })).toEqual([expect.stringMatching(/^Upload model/), "Next"]);
  });

  test("does not go on with the model of before while another folder is checked", () => {
    expect(inert({ checking: true })).toEqual(["Next"]);
  });
});
