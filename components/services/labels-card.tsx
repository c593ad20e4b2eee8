"use client";

import { Pencil } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { PageLoading } from "@/components/ui/page-loading";
import { serviceCan } from "@/lib/eas/service-can";
import { useT } from "@/lib/i18n/react";
import type { ServiceDetail } from "@/lib/services/view";
import { refusalText } from "./service-actions";
import { useServiceScope } from "./use-live";

const LabelsForm = dynamic(() => import("./labels-form").then((module) => module.LabelsForm), {
  loading: PageLoading,
});

export function LabelsCard({ service }: { service: ServiceDetail }) {
  const t = useT();
  const { rights } = useServiceScope();
  const [editing, setEditing] = useState(false);
  const labels = Object.entries(service.labels);
  return (
    <Card
      title={t("services.labels.title")}
      description={t("services.labels.hint")}
      actions={
        editing ? null : (
          <Button
            size="sm"
            icon={<Pencil aria-hidden="true" />}
            disabledReason={refusalText(t, rights.write, serviceCan.label(service))}
            onClick={() => setEditing(true)}
          >
            {t("services.labels.edit")}
          </Button>
        )
      }
    >
      {editing ? (
        <LabelsForm labels={service.labels} onClose={() => setEditing(false)} />
      ) : labels.length === 0 ? (
        <p className="text-text-2">{t("services.labels.none")}</p>
      ) : (
        <ul className="flex flex-wrap gap-2">
          {labels.map(([key, value]) => (
            <li key={key} className="min-w-0">
              <Label name={key} value={value} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

export function Label({ name, value }: { name: string; value: string }) {
  return (
    <Badge className="h-auto max-w-full whitespace-normal py-0.5 wrap-anywhere">
      {value === "" ? name : `${name}: ${value}`}
    </Badge>
  );
}
