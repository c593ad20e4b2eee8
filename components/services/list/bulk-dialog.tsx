"use client";

import { useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, CircleSlash, LoaderCircle, OctagonAlert } from "lucide-react";
import { useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Dialog } from "@/components/ui/dialog";
import { toView } from "@/components/ui/error-notice";
import { Input } from "@/components/ui/input";
import { serviceCan } from "@/lib/eas/service-can";
import { errorTexts, ruleText, useT } from "@/lib/i18n/react";
import type { Translate } from "@/lib/i18n/translate";
import { type Result, unwrap } from "@/lib/result";
import { deleteService, setLabels, startService, stopService } from "@/lib/services/actions";
import { serviceQueries } from "@/lib/services/queries";
import type { ServiceListItem } from "@/lib/services/view";
import type { BulkVerb } from "./bulk-bar";

interface BulkDialogProps {
  connectionId: string;
  verb: BulkVerb;
  services: readonly ServiceListItem[];
  onClose: () => void;
}

type Outcome = { state: "waiting" | "running" | "done" } | { state: "skipped" | "failed"; why: string };

/** Asks once for all, then goes through them one after another and says of each what became of it. */
export function BulkDialog({ connectionId, verb, services, onClose }: BulkDialogProps) {
  const t = useT();
  const client = useQueryClient();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome> | null>(null);
  const [label, setLabel] = useState({ key: "", value: "" });
  const stopped = useRef(false);
  const allowed = services.filter((service) => serviceCan[verb](service).allowed);
  const isOver =
    outcomes !== null && [...outcomes.values()].every(({ state }) => !["waiting", "running"].includes(state));

  async function run() {
    const results = new Map<string, Outcome>(services.map((service) => [service.name, planned(t, verb, service)]));
    const tell = (name: string, outcome: Outcome) => {
      results.set(name, outcome);
      setOutcomes(new Map(results));
    };
    setOutcomes(new Map(results));
    for (const { name } of allowed) {
      if (stopped.current) tell(name, { state: "skipped", why: t("services.bulk.leftOut") });
      else {
        tell(name, { state: "running" });
        tell(name, await outcomeOf(t, act(verb, { connectionId, name }, label)));
      }
    }
    await client.invalidateQueries({ queryKey: serviceQueries.list(connectionId).queryKey });
  }

  function close() {
    stopped.current = true;
    onClose();
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) close();
      }}
      size="md"
      title={t(`services.bulk.${verb}Title`, { count: allowed.length })}
      description={outcomes ? undefined : t(`services.bulk.${verb}Hint`)}
    >
      {outcomes ? (
        <div className="grid gap-4">
          <Outcomes outcomes={outcomes} />
          <div className="flex justify-end gap-2">
            {isOver ? (
              <Button variant="primary" onClick={close}>
                {t("common.close")}
              </Button>
            ) : (
              <Button
                onClick={() => {
                  stopped.current = true;
                }}
              >
                {t("services.bulk.stopHere")}
              </Button>
            )}
          </div>
        </div>
      ) : (
        <Ask
          verb={verb}
          services={services}
          count={allowed.length}
          label={label}
          onLabel={setLabel}
          onConfirm={() => void run()}
          onCancel={close}
        />
      )}
    </Dialog>
  );
}

function planned(t: Translate, verb: BulkVerb, service: ServiceListItem): Outcome {
  const permission = serviceCan[verb](service);
  return permission.allowed ? { state: "waiting" } : { state: "skipped", why: t(`status.reason.${permission.reason}`) };
}

interface Place {
  connectionId: string;
  name: string;
}

function act(verb: BulkVerb, place: Place, label: { key: string; value: string }): Promise<Result<void>> {
  switch (verb) {
    case "start":
      return startService(place);
    case "stop":
      return stopService(place);
    case "delete":
      return deleteService(place);
    case "label":
      return setLabels({ ...place, set: { [label.key]: label.value } });
  }
}

async function outcomeOf(t: Translate, result: Promise<Result<void>>): Promise<Outcome> {
  try {
    unwrap(await result);
    return { state: "done" };
  } catch (error) {
    const view = toView(error);
    return { state: "failed", why: ruleText(t, view) ?? errorTexts(t, view).title };
  }
}

interface AskProps {
  verb: BulkVerb;
  services: readonly ServiceListItem[];
  count: number;
  label: { key: string; value: string };
  onLabel: (label: { key: string; value: string }) => void;
  onConfirm: () => void;
  onCancel: () => void;
}

function Ask({ verb, services, count, label, onLabel, onConfirm, onCancel }: AskProps) {
  const t = useT();
  const id = useId();
  const [typed, setTyped] = useState("");
  const refused = services.filter((service) => !serviceCan[verb](service).allowed);
  const prompt = t("common.confirmTypeName", { name: String(count) });
  const missing =
    verb === "label" && label.key.trim() === ""
      ? t("services.bulk.keyFirst")
      : verb === "delete" && typed.trim() !== String(count)
        ? prompt
        : undefined;
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing) onConfirm();
      }}
    >
      <ul className="grid max-h-48 gap-0.5 overflow-y-auto text-sm">
        {services.map((service) => {
          const permission = serviceCan[verb](service);
          return (
            <li key={service.name} className={cn("wrap-anywhere", !permission.allowed && "text-text-3")}>
              {service.name}
              {permission.allowed ? null : ` · ${t(`status.reason.${permission.reason}`)}`}
            </li>
          );
        })}
      </ul>
      {refused.length > 0 ? (
        <p className="text-sm text-text-2">{t("services.bulk.some", { count: refused.length })}</p>
      ) : null}
      {verb === "label" ? (
        <div className="grid grid-cols-2 gap-3">
          <Field
            label={t("services.labels.key")}
            value={label.key}
            onChange={(key) => onLabel({ ...label, key: key.trim() })}
          />
          <Field
            label={t("services.labels.value")}
            value={label.value}
            onChange={(value) => onLabel({ ...label, value })}
          />
        </div>
      ) : null}
      {verb === "delete" ? (
        <div className="grid gap-1.5">
          <label htmlFor={id} className="text-sm text-text-2">
            {prompt}
          </label>
          <Input id={id} mono autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </div>
      ) : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>{t("common.cancel")}</Button>
        <Button type="submit" variant={verb === "delete" ? "danger" : "primary"} disabledReason={missing}>
          {t(`services.bulk.${verb}`)}
        </Button>
      </div>
    </form>
  );
}

function Field({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm text-text-2">
        {label}
      </label>
      <Input id={id} maxLength={128} value={value} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}

const LOOK = {
  waiting: { Icon: CircleDashed, color: "text-text-3" },
  running: { Icon: LoaderCircle, color: "text-info" },
  done: { Icon: CircleCheck, color: "text-ok" },
  skipped: { Icon: CircleSlash, color: "text-text-3" },
  failed: { Icon: OctagonAlert, color: "text-bad" },
} as const;

function Outcomes({ outcomes }: { outcomes: ReadonlyMap<string, Outcome> }) {
  const t = useT();
  const all = [...outcomes];
  const over = all.filter(([, { state }]) => state !== "waiting" && state !== "running").length;
  return (
    <>
      <p role="status" className="text-sm text-text-2 tabular-nums">
        {t("services.bulk.progress", { done: over, count: all.length })}
      </p>
      <ul className="grid max-h-80 gap-1 overflow-y-auto">
        {all.map(([name, outcome]) => {
          const { Icon, color } = LOOK[outcome.state];
          return (
            <li key={name} className="flex items-start gap-2 text-sm">
              <Icon aria-hidden="true" className={cn("mt-0.5 size-4 shrink-0", color)} />
              <span className="wrap-anywhere min-w-0">
                {name} <span className="text-text-2">{t(`services.bulk.outcome.${outcome.state}`)}</span>
                {"why" in outcome ? <span className="block text-text-3 text-xs">{outcome.why}</span> : null}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
