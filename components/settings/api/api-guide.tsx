"use client";

import { useSyncExternalStore } from "react";
import { Card } from "@/components/ui/card";
import { CodeBlock } from "@/components/ui/code-block";
import { useT } from "@/lib/i18n/react";

const PLACEHOLDER = "https://easel.example";

/** The shortest way to a first call. */
export function ApiGuide() {
  const t = useT();
  const origin = useSyncExternalStore(
    () => () => {},
    () => window.location.origin,
    () => PLACEHOLDER,
  );
  return (
    <Card title={t("tokens.guide.title")} description={t("tokens.guide.description")}>
      <CodeBlock label="curl" code={example(origin)} />
    </Card>
  );
}

const example = (origin: string) => `export EASEL_TOKEN=easel_…

curl ${origin}/api/v1/openapi.json -H "Authorization: Bearer $EASEL_TOKEN"
curl ${origin}/api/v1/services -H "Authorization: Bearer $EASEL_TOKEN"
curl ${origin}/api/v1/services/my_service/generations \\
  -H "Authorization: Bearer $EASEL_TOKEN" -H "Content-Type: application/json" \\
  -d '{"requests":[{"input":{"func":"t2i","prompt":"a lighthouse in the rain"}}]}'`;
