import type { Clock } from "@/lib/clock";
import type { SandboxAccount } from "@/lib/sandbox/core/types";
import type { CredentialIssuer, Signer } from "./credentials";
import { invalidParameter, missingParameter, noPermission, StsFault } from "./fault";
import { refusalOf } from "./permission";
import { type Policy, parsePolicy } from "./policy";
import { principalId, ROLES, type Role, roleArn, USER_NAME, userArn } from "./roles";
import type { Parameters } from "./rpc-signature";

/** What STS does (reference: oss-rest.md §16; the pages of AssumeRole and GetCallerIdentity). */

export interface Call {
  account: SandboxAccount;
  credentials: CredentialIssuer;
  clock: Clock;
  signer: Signer;
  parameters: Parameters;
  /** Facts of the request for conditions. */
  facts: Readonly<Record<string, string>>;
}

export interface Result {
  [name: string]: string | Result | undefined;
}

type Handler = (call: Call) => Promise<Result> | Result;

export type Operation = "AssumeRole" | "GetCallerIdentity";

export const OPERATIONS: Record<Operation, Handler> = { AssumeRole: assumeRole, GetCallerIdentity: getCallerIdentity };

export function isOperation(action: string): action is Operation {
  return Object.hasOwn(OPERATIONS, action);
}

const ROLE_ARN = /^acs:ram::(\d+):role\/([A-Za-z0-9.-]{1,64})$/;
const SESSION_NAME = /^[A-Za-z0-9.@_-]{2,64}$/;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;
const SOURCE_IDENTITY = /^[\w=,.@-]{2,64}$/;
const MIN_DURATION_S = 900;
const DEFAULT_DURATION_S = 3600;
const MAX_POLICY_LENGTH = 2048;

async function assumeRole({ account, credentials, clock, signer, parameters, facts }: Call): Promise<Result> {
  const arn = requiredParameter(parameters, "RoleArn");
  const sessionName = requiredParameter(parameters, "RoleSessionName");
  const [, owner, roleName = ""] = ROLE_ARN.exec(arn) ?? [];
  if (owner === undefined) throw invalidParameter("RoleArn");
  if (!SESSION_NAME.test(sessionName)) throw invalidParameter("RoleSessionName");
  const sessionPolicy = sessionPolicyOf(parameters.get("Policy"));
  checkPattern(parameters, "ExternalId", EXTERNAL_ID);
  checkPattern(parameters, "SourceIdentity", SOURCE_IDENTITY);
  // Another account's role would have to trust this one; the sandbox knows no other account.
  if (owner !== account.uid) throw noPermission();
  const role = ROLES.find(({ name }) => name.toLowerCase() === roleName.toLowerCase());
  if (!role) throw new StsFault(404, "EntityNotExist.Role", "The specified Role not exists.");
  if (
    signer.session &&
    refusalOf(signer.session, { action: "sts:AssumeRole", resource: roleArn(account, role), facts })
  )
    throw noPermission();
  const seconds = durationOf(parameters.get("DurationSeconds"), role);

  // Whole seconds, as Expiration says it.
  const expiresAt = (Math.floor(clock.now() / 1000) + seconds) * 1000;
  const session = { roleName: role.name, sessionName, rolePolicy: role.policy, sessionPolicy };
  const issued = await credentials.issue(session, expiresAt);
  return {
    AssumedRoleUser: {
      AssumedRoleId: `${principalId(account, "role", role.name)}:${sessionName}`,
      Arn: `${roleArn(account, role)}/${sessionName}`,
    },
    Credentials: {
      SecurityToken: issued.securityToken,
      AccessKeyId: issued.accessKeyId,
      AccessKeySecret: issued.accessKeySecret,
      Expiration: `${new Date(expiresAt).toISOString().slice(0, 19)}Z`,
    },
    SourceIdentity: parameters.get("SourceIdentity") || undefined,
  };
}

function requiredParameter(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (!value) throw missingParameter(name);
  return value;
}

function checkPattern(parameters: Parameters, name: string, pattern: RegExp): void {
  const value = parameters.get(name);
  if (value && !pattern.test(value)) throw invalidParameter(name);
}

function sessionPolicyOf(text: string | undefined): Policy | undefined {
  if (!text) return undefined;
  if (text.length > MAX_POLICY_LENGTH)
    throw invalidParameter("PolicySize", "The size of Policy must be smaller than 2048 bytes.");
  const policy = parsePolicy(text);
  if (!policy) throw invalidParameter("PolicyGrammar", "The parameter Policy has not passed grammar check.");
  return policy;
}

function durationOf(text: string | undefined, role: Role): number {
  if (!text) return DEFAULT_DURATION_S;
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= MIN_DURATION_S && seconds <= role.maxSessionDuration) return seconds;
  const hours = role.maxSessionDuration / 3600;
  throw invalidParameter("DurationSeconds", `The Min/Max value of DurationSeconds is 15min/${hours}hr.`);
}

/** Needs no permission. */
function getCallerIdentity({ account, signer }: Call): Result {
  const { session } = signer;
  if (!session) {
    const id = principalId(account, "user", USER_NAME);
    return {
      IdentityType: "RAMUser",
      AccountId: account.uid,
      PrincipalId: id,
      UserId: id,
      Arn: userArn(account),
    };
  }
  const id = principalId(account, "role", session.roleName);
  return {
    IdentityType: "AssumedRoleUser",
    AccountId: account.uid,
    PrincipalId: `${id}:${session.sessionName}`,
    RoleId: id,
    Arn: `acs:ram::${account.uid}:assumed-role/${session.roleName}/${session.sessionName}`,
  };
}
