"use client";

import type { Generation } from "@/lib/generations/view";
import { useT } from "@/lib/i18n/react";
import { differences } from "@/lib/playground/differences";

/** Only what is not the same. */
export function Differences({ left, right }: { left: Generation; right: Generation }) {
  const t = useT();
  const list = differences(left, right);
  const isSame = list.every(({ field }) => field === "elapsed");
  return (
    <section aria-label={t("playground.compare.differences")} className="grid gap-2">
      <h3 className="font-medium">{t("playground.compare.differences")}</h3>
      {isSame ? <p className="text-text-2">{t("playground.compare.none")}</p> : null}
      {list.length > 0 ? (
        <table className="w-full table-fixed text-sm">
          <thead className="text-left text-text-3">
            <tr>
              <th scope="col" className="w-1/4 py-1 pr-3 font-normal">
                {t("playground.compare.parameter")}
              </th>
              <th scope="col" className="py-1 pr-3 font-normal">
                {t("playground.compare.left")}
              </th>
              <th scope="col" className="py-1 font-normal">
                {t("playground.compare.right")}
              </th>
            </tr>
          </thead>
          <tbody>
            {list.map(({ field, left: before, right: after }) => (
              <tr key={field} className="border-line border-t align-top">
                <th scope="row" className="py-1.5 pr-3 text-left font-normal text-text-2">
                  {t(`playground.compare.fields.${field}`)}
                </th>
                <td className="wrap-anywhere py-1.5 pr-3">{before ?? "–"}</td>
                <td className="wrap-anywhere py-1.5">{after ?? "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}
