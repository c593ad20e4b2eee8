import { Check, Minus } from "lucide-react";
import { Card } from "@/components/ui/card";
import { VisuallyHidden } from "@/components/ui/visually-hidden";
import { can, RIGHTS, ROLES } from "@/lib/auth/rights";
import { getT } from "@/lib/i18n/request";
import { rightKey } from "./right-key";

/** The table by which the server decides, in words. */
export async function RoleTable() {
  const t = await getT();
  return (
    <Card flush title={t("people.rolesTitle")}>
      <div className="overflow-x-auto border-line border-t">
        <table className="w-full text-sm" aria-label={t("people.rolesTitle")}>
          <thead>
            <tr className="border-line border-b">
              <th scope="col" className="h-9 px-4 text-left font-medium text-text-3">
                {t("people.right")}
              </th>
              {ROLES.map((role) => (
                <th key={role} scope="col" className="px-2 font-medium text-text-3 last:pr-4">
                  {t(`common.roles.${role}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {RIGHTS.map((right) => (
              <tr key={right}>
                <th scope="row" className="h-9 px-4 text-left font-normal">
                  {t(rightKey(right))}
                </th>
                {ROLES.map((role) => (
                  <td key={role} className="px-2 text-center last:pr-4">
                    {can(role, right) ? (
                      <Check aria-hidden="true" className="inline size-4 text-ok" />
                    ) : (
                      <Minus aria-hidden="true" className="inline size-4 text-text-3" />
                    )}
                    <VisuallyHidden>{t(can(role, right) ? "people.allowed" : "people.notAllowed")}</VisuallyHidden>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
