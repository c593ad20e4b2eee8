import { type Refusal, refusalOf } from "@/lib/sandbox/sts/permission";
import { principalId } from "@/lib/sandbox/sts/roles";
import { type Call, requireBucket } from "./call";
import { type OssError, ossError } from "./errors";
import { hasOverrides } from "./object-headers";
import type { Operation } from "./operation";
import { OPERATION_RIGHTS, type OperationRight } from "./rights";

/**
 * What a caller may do (reference: oss-rest.md §7, §16). The account: everything. A session: what its session policy and
 * its role's policy allow; where the role's policy says nothing, the ACLs decide, as for everybody. Nobody: what the
 * object's ACL allows, else the bucket's.
 */

interface Target {
  bucket?: string;
  key?: string;
}

export function authorize(operation: Operation, call: Call): void {
  // A form carries its own signature and a list its own keys: both are checked when they have been read.
  if (operation === "PostObject" || (operation === "DeleteMultipleObjects" && call.caller.kind === "session")) return;
  requireRight(call, operation, call.request);
  // Tags that come with an object need the right to tag besides. The ACLs that let anybody write say nothing of tags.
  const isTagged = call.request.headers.has("x-oss-tagging") && operation !== "PutObjectTagging";
  if (isTagged && call.caller.kind === "session") requireRight(call, "PutObjectTagging", call.request);
  if (call.caller.kind === "anonymous" && hasOverrides(call.request)) {
    throw ossError("InvalidRequest", { message: "You can not override response headers in anonymous requests." });
  }
}

/** Also for what an operation touches besides its own bucket and key: the source of a copy, the keys of a list. */
export function requireRight(call: Call, operation: Operation, target: Target): void {
  const { caller } = call;
  if (caller.kind === "owner") return;
  const right = OPERATION_RIGHTS[operation];
  if (caller.kind === "anonymous") {
    checkAcl(call, right, target);
    return;
  }
  const action = `oss:${right.action}`;
  const refusal = refusalOf(caller.session, { action, resource: resourceOf(call, target), facts: factsOf(call) });
  if (!refusal) return;
  const details = { AccessDeniedDetail: denialDetail(call, refusal, action) };
  // Where the role is silent, a public ACL still lets in.
  if (refusal.policy === "session" || refusal.verdict === "explicit-deny") throw policyDenied(refusal, details);
  checkAcl(call, right, target, details);
}

function resourceOf({ account, region }: Call, { bucket, key }: Target): string {
  const path = bucket === undefined ? "*" : key === undefined ? bucket : `${bucket}/${key}`;
  return `acs:oss:${region}:${account.uid}:${path}`;
}

/** Facts about the request that a policy may ask for. */
function factsOf({ request, caller, now }: Call): Record<string, string | undefined> {
  const isListing = request.bucket !== undefined && request.key === undefined && request.method === "GET";
  return {
    "acs:SourceIp": (request.incoming.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    "acs:UserAgent": request.headers.get("user-agent"),
    "acs:CurrentTime": new Date(now).toISOString(),
    "acs:SecureTransport": "false",
    "acs:AccessId": caller.kind === "session" ? caller.session.accessKeyId : undefined,
    // A listing without a prefix is one of the empty prefix.
    "oss:Prefix": request.parameter("prefix") ?? (isListing ? "" : undefined),
    "oss:Delimiter": request.parameter("delimiter") ?? (isListing ? "" : undefined),
    "oss:x-oss-acl": request.headers.get("x-oss-acl") ?? request.headers.get("x-oss-object-acl"),
  };
}

/** Elements as on the vendor's page 0003-00000201. */
function denialDetail({ account, caller }: Call, { policy, verdict }: Refusal, action: string) {
  const session = caller.kind === "session" ? caller.session : undefined;
  return {
    PolicyType: policy === "session" ? "SessionPolicy" : "AccountLevelIdentityBasedPolicy",
    AuthPrincipalOwnerId: account.uid,
    AuthPrincipalType: "AssumedRoleUser",
    AuthPrincipalDisplayName: session && `${principalId(account, "role", session.roleName)}:${session.sessionName}`,
    NoPermissionType: verdict === "explicit-deny" ? "ExplicitDeny" : "ImplicitDeny",
    AuthAction: action,
  };
}

/** Messages and numbers as on the vendor's pages 0003-00000301 (session policy) and 0003-00000201 (RAM policy). */
function policyDenied({ policy }: Refusal, details: OssErrorDetails): OssError {
  const [message, ec] =
    policy === "session"
      ? ["Access denied by authorizer's policy.", "0003-00000301"]
      : ["Access denied by bucket policy.", "0003-00000201"];
  return ossError("AccessDenied", { message, ec, details });
}

type OssErrorDetails = NonNullable<Parameters<typeof ossError>[1]>["details"];

function checkAcl(
  call: Call,
  { acl: needed }: OperationRight,
  { bucket, key }: Target,
  details?: OssErrorDetails,
): void {
  if (needed === "owner" || bucket === undefined) throw ownerOnly(call, bucket, details);
  const state = requireBucket(call, bucket);
  const objectAcl = state.objects.get(key ?? "")?.acl ?? "default";
  const acl = objectAcl === "default" ? state.record.acl : objectAcl;
  if (acl === "public-read-write" || (acl === "public-read" && needed === "read")) return;
  const level = objectAcl === "default" ? "bucket" : "object";
  const message = `You have no right to access this object because of ${level} acl.`;
  throw ossError("AccessDenied", { message, ec: "0003-00000001", details });
}

function ownerOnly({ caller }: Call, bucket: string | undefined, details: OssErrorDetails): OssError {
  if (caller.kind === "anonymous") {
    const message = "Anonymous access is forbidden for this operation.";
    return ossError("AccessDenied", { message, ec: "0003-00000002" });
  }
  if (bucket === undefined) return ossError("AccessDenied", { message: "You are forbidden to list buckets.", details });
  const message = "You have no right to access this object because of bucket acl.";
  return ossError("AccessDenied", { message, ec: "0003-00000001", details });
}
