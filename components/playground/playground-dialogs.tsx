"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import type { Generation } from "@/lib/generations/view";
import type { GenerateInput } from "@/lib/playground/input";
import { randomUuid } from "@/lib/random-uuid";
import { serviceQueries } from "@/lib/services/queries";
import { submitSheet } from "@/lib/sheets/actions";
import { newTaskId } from "./new-ids";
import type { NewSheet } from "./sheets/grid-dialog";
import { useSheetOrder } from "./sheets/use-sheets";
import type { useExpectation } from "./use-expectation";

const GridDialog = dynamic(() => import("./sheets/grid-dialog").then((module) => module.GridDialog), { ssr: false });
const BatchDialog = dynamic(() => import("./sheets/batch-dialog").then((module) => module.BatchDialog), { ssr: false });
const CompareDialog = dynamic(() => import("./compare/compare-dialog").then((module) => module.CompareDialog), {
  ssr: false,
});
const ElsewhereDialog = dynamic(() => import("./elsewhere-dialog").then((module) => module.ElsewhereDialog), {
  ssr: false,
});

export type PlaygroundDialog =
  | { kind: "grid" | "batch"; input: GenerateInput }
  | { kind: "compare"; left: Generation; right: Generation }
  | { kind: "elsewhere"; generation: Generation };

interface PlaygroundDialogsProps {
  connectionId: string;
  service: string;
  blade: boolean;
  dialog: PlaygroundDialog | undefined;
  /** Pictures that may be compared. */
  choices: readonly Generation[];
  expect: ReturnType<typeof useExpectation>;
  onClose: () => void;
  onOpenSheet: (id: string) => void;
}

/** What covers the playground; its code comes when it is opened. */
export function PlaygroundDialogs(props: PlaygroundDialogsProps) {
  const { dialog, connectionId, choices, onClose, onOpenSheet } = props;
  if (!dialog) return null;
  switch (dialog.kind) {
    case "compare":
      return <CompareDialog left={dialog.left} right={dialog.right} choices={choices} onClose={onClose} />;
    case "elsewhere":
      return (
        <ElsewhereDialog
          connectionId={connectionId}
          generation={dialog.generation}
          onClose={onClose}
          onOpenSheet={onOpenSheet}
        />
      );
    default:
      return <SheetDialog {...props} kind={dialog.kind} input={dialog.input} />;
  }
}

interface SheetDialogProps extends PlaygroundDialogsProps {
  kind: "grid" | "batch";
  input: GenerateInput;
}

function SheetDialog({ kind, input, connectionId, service, blade, expect, onClose, onOpenSheet }: SheetDialogProps) {
  const { data: addOns = [] } = useQuery(serviceQueries.addOns(connectionId, service));
  const { order, pending, error } = useSheetOrder(connectionId, service);

  async function submit({ inputs, ...sheet }: NewSheet) {
    const id = randomUuid();
    const requests = inputs.map((one) => ({ taskId: newTaskId(), input: one }));
    if (!(await order(() => submitSheet({ ...sheet, connectionId, id, service, requests })))) return;
    onClose();
    onOpenSheet(id);
  }

  const shared = { input, pending, error, expect, onClose, onSubmit: (sheet: NewSheet) => void submit(sheet) };
  if (kind === "batch") return <BatchDialog {...shared} />;
  const loras = addOns.filter((file) => file.kind === "lora" && !file.misfit).map(({ path }) => path);
  return <GridDialog {...shared} blade={blade} loras={loras} />;
}
