import { AuditLog } from "@/components/settings/audit/audit-log";
import { OwnersOnly } from "@/components/settings/owners-only";
import { AuditPageSchema, auditFacets, listAudit } from "@/lib/audit/list";
import { can } from "@/lib/auth/rights";
import { requireUser } from "@/lib/auth/session.server";
import { database } from "@/lib/database.server";
import { pageTitle } from "@/lib/i18n/request";
import { paths } from "@/lib/paths";

export const generateMetadata = () => pageTitle("settings.sections.audit");

export default async function AuditPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const user = await requireUser(paths.settings("audit"));
  if (!can(user.role, "audit.read")) return <OwnersOnly titleKey="audit.title" />;
  const page = AuditPageSchema.parse(await searchParams);
  const db = database();
  const [{ entries, older }, facets] = await Promise.all([listAudit(db, page), auditFacets(db)]);
  const { before, ...filter } = page;
  return <AuditLog entries={entries} older={older} isFirst={!before} filter={filter} facets={facets} />;
}
