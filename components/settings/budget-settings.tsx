"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Form } from "@/components/form/form";
import { SubmitButton } from "@/components/form/submit-button";
import { TextField } from "@/components/form/text-field";
import { useZodForm } from "@/components/form/use-zod-form";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { SkeletonRows } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { saveBudget } from "@/lib/costs/actions";
import { costQueries } from "@/lib/costs/queries";
import { useT } from "@/lib/i18n/react";
import { unwrap } from "@/lib/result";

interface BudgetSettingsProps {
  connectionId: string;
  canWrite: boolean;
}

export function BudgetSettings({ connectionId, canWrite }: BudgetSettingsProps) {
  const t = useT();
  const { data } = useQuery(costQueries.report(connectionId, "month"));
  return (
    <Card title={t("costs.budget.title")} description={t("costs.budget.hint")}>
      {!data ? (
        <SkeletonRows rows={1} label={t("common.loading")} />
      ) : data.currency === undefined ? (
        <p className="text-text-2">{t("costs.budget.needsPrices")}</p>
      ) : (
        <BudgetForm
          key={data.budget}
          connectionId={connectionId}
          canWrite={canWrite}
          currency={data.currency}
          budget={data.budget}
        />
      )}
    </Card>
  );
}

const loadSchema = () => import("@/lib/costs/schemas").then((module) => module.SaveBudgetSchema);

interface BudgetFormProps extends BudgetSettingsProps {
  currency: string;
  budget: number | undefined;
}

function BudgetForm({ connectionId, canWrite, currency, budget }: BudgetFormProps) {
  const t = useT();
  const client = useQueryClient();
  const form = useZodForm(loadSchema, { defaultValues: { amount: budget } });
  const save = useMutation({
    mutationFn: async (amount: number | null) => unwrap(await saveBudget({ connectionId, amount })),
    onSuccess: async (_, amount) => {
      await client.invalidateQueries({ queryKey: costQueries.all(connectionId) });
      toast.success(t(amount === null ? "costs.budget.removed" : "costs.budget.saved"));
    },
  });
  const refusal = canWrite ? undefined : t("prices.noRight");
  return (
    <Form
      form={form}
      label={t("costs.budget.title")}
      error={save.error}
      onSubmit={({ amount }) => save.mutate(amount)}
      footer={
        <>
          <SubmitButton pending={save.isPending} disabledReason={refusal}>
            {t("costs.budget.save")}
          </SubmitButton>
          {budget === undefined ? null : (
            <Button disabledReason={refusal} onClick={() => save.mutate(null)}>
              {t("costs.budget.remove")}
            </Button>
          )}
        </>
      }
    >
      <div className="max-w-60">
        <TextField name="amount" type="number" min={0} label={t("costs.budget.amount", { currency })} />
      </div>
    </Form>
  );
}
