import { readFile, stat } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, callSts, OBJECTS_ROLE, OPERATOR_ROLE, signRpc, startTestSts, type TestSts } from "./testing";

/* What STS answers, to requests signed by hand: what an SDK cannot send, and what it would hide. */

let sts: TestSts;
beforeAll(async () => {
  sts = await startTestSts();
});
afterAll(() => sts.remove());

const assume = { Action: "AssumeRole", RoleArn: OBJECTS_ROLE, RoleSessionName: "alice" };
const anything = { Version: "1", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

interface Issued {
  AssumedRoleUser: { Arn: string; AssumedRoleId: string };
  Credentials: { AccessKeyId: string; AccessKeySecret: string; SecurityToken: string; Expiration: string };
}
async function issue(parameters: Record<string, string> = {}): Promise<Issued> {
  const answer = await callSts(sts, { ...assume, Format: "JSON", ...parameters });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as Issued;
}

describe("AssumeRole", () => {
  test("answers in XML unless asked otherwise", async () => {
    const answer = await callSts(sts, assume);
    expect(answer).toMatchObject({ status: 200, type: "text/xml;charset=utf-8" });
    expect(answer.text).toMatch(/^<\?xml [^>]*\?><AssumeRoleResponse><RequestId>[0-9A-F-]{36}<\/RequestId>/);
    expect(answer.text).toMatch(/<AccessKeyId>STS\.[A-Za-z0-9]+<\/AccessKeyId>/);
  });

  test.each(["GET", "POST"] as const)("by %s, with what belongs together", async (method) => {
    const answer = await callSts(sts, { ...assume, Format: "JSON", DurationSeconds: "900" }, { method });
    expect(answer.type).toBe("application/json;charset=utf-8");
    const { AssumedRoleUser, Credentials } = JSON.parse(answer.text) as Issued;
    expect(AssumedRoleUser.Arn).toBe(`${OBJECTS_ROLE}/alice`);
    expect(AssumedRoleUser.AssumedRoleId).toMatch(/^3\d{17}:alice$/);
    expect(Credentials.AccessKeyId).toMatch(/^STS\./);
    expect(Credentials.SecurityToken.length).toBeGreaterThan(300);
    expect(Credentials.Expiration).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Math.round((Date.parse(Credentials.Expiration) - sts.clock.now()) / 60_000)).toBe(15);
  });

  test("lasts an hour unless said otherwise, and as long as the role allows", async () => {
    const minutes = async (parameters: Record<string, string>) =>
      Math.round((Date.parse((await issue(parameters)).Credentials.Expiration) - sts.clock.now()) / 60_000);
    expect(await minutes({})).toBe(60);
    expect(await minutes({ RoleArn: OPERATOR_ROLE, DurationSeconds: "43200" })).toBe(720);
  });

  test.each<[string, Record<string, string | undefined>, number, string, string]>([
    ["no role", { RoleArn: undefined }, 400, "MissingRoleArn", "RoleArn is mandatory for this action."],
    ["no session name", { RoleSessionName: "" }, 400, "MissingRoleSessionName", "RoleSessionName is mandatory"],
    [
      "no ARN",
      { RoleArn: "easel-objects" },
      400,
      "InvalidParameter.RoleArn",
      "The parameter RoleArn is wrongly formed.",
    ],
    [
      "a user's ARN",
      { RoleArn: `acs:ram::${ACCOUNT.uid}:user/easel` },
      400,
      "InvalidParameter.RoleArn",
      "wrongly formed",
    ],
    [
      "a role that is not there",
      { RoleArn: `${OBJECTS_ROLE}-2` },
      404,
      "EntityNotExist.Role",
      "The specified Role not",
    ],
    ["another account's role", { RoleArn: "acs:ram::1:role/x" }, 403, "NoPermission", "You are not authorized to do"],
    [
      "a session name of one letter",
      { RoleSessionName: "a" },
      400,
      "InvalidParameter.RoleSessionName",
      "wrongly formed",
    ],
    ["a session name of 65", { RoleSessionName: "a".repeat(65) }, 400, "InvalidParameter.RoleSessionName", "wrongly"],
    ["a session name with a star", { RoleSessionName: "abc*" }, 400, "InvalidParameter.RoleSessionName", "wrongly"],
    [
      "too short",
      { DurationSeconds: "899" },
      400,
      "InvalidParameter.DurationSeconds",
      "of DurationSeconds is 15min/1hr.",
    ],
    ["too long", { DurationSeconds: "3601" }, 400, "InvalidParameter.DurationSeconds", "The Min/Max value"],
    ["no number", { DurationSeconds: "1e3" }, 400, "InvalidParameter.DurationSeconds", "The Min/Max value"],
    [
      "a policy that is none",
      { Policy: "{}" },
      400,
      "InvalidParameter.PolicyGrammar",
      "The parameter Policy has not passed",
    ],
    [
      "a policy of 2,049 characters",
      { Policy: JSON.stringify(anything).padEnd(2049) },
      400,
      "InvalidParameter.PolicySize",
      "must be smaller than 2048 bytes",
    ],
    ["an external id with a blank", { ExternalId: "a b" }, 400, "InvalidParameter.ExternalId", "wrongly formed"],
  ])("%s is refused", async (_, change, status, code, message) => {
    const answer = await callSts(sts, { ...assume, ...change });
    expect(answer).toMatchObject({ status, code, message: expect.stringContaining(message) });
  });

  test("takes the longest policy and the longest name", async () => {
    await issue({ Policy: JSON.stringify(anything).padEnd(2048), RoleSessionName: `${"a".repeat(59)}.@-_9` });
  });

  test("a session may not assume a role: no role's policy allows it", async () => {
    const { Credentials } = await issue({ RoleArn: OPERATOR_ROLE });
    const caller = { AccessKeyId: Credentials.AccessKeyId, SecurityToken: Credentials.SecurityToken };
    const answer = await callSts(sts, { ...assume, ...caller }, { secret: Credentials.AccessKeySecret });
    expect(answer).toMatchObject({ status: 403, code: "NoPermission" });
  });
});

describe("GetCallerIdentity", () => {
  const who = { Action: "GetCallerIdentity", Format: "JSON" };

  test("of the account's key: a RAM user, because a root key may not assume a role", async () => {
    const answer = await callSts(sts, who);
    expect(JSON.parse(answer.text)).toMatchObject({
      IdentityType: "RAMUser",
      AccountId: ACCOUNT.uid,
      UserId: expect.stringMatching(/^2\d{17}$/),
      Arn: `acs:ram::${ACCOUNT.uid}:user/easel`,
    });
  });

  test("of a session", async () => {
    const { Credentials, AssumedRoleUser } = await issue({ Policy: JSON.stringify(anything) });
    const caller = { AccessKeyId: Credentials.AccessKeyId, SecurityToken: Credentials.SecurityToken };
    const answer = await callSts(sts, { ...who, ...caller }, { secret: Credentials.AccessKeySecret });
    expect(JSON.parse(answer.text)).toMatchObject({
      IdentityType: "AssumedRoleUser",
      PrincipalId: AssumedRoleUser.AssumedRoleId,
      Arn: `acs:ram::${ACCOUNT.uid}:assumed-role/easel-objects/alice`,
    });
  });
});

describe("the interface refuses", () => {
  const minutes = (count: number) => new Date(sts.clock.now() + count * 60_000).toISOString();

  test.each<[string, () => Record<string, string | undefined>, number, string]>([
    ["another action", () => ({ Action: "AssumeRoleWithSAML" }), 404, "InvalidAction.NotFound"],
    ["no action", () => ({ Action: undefined }), 400, "MissingAction"],
    ["no version", () => ({ Version: undefined }), 400, "MissingVersion"],
    ["another version", () => ({ Version: "2014-08-15" }), 404, "InvalidVersion"],
    ["another format", () => ({ Format: "YAML" }), 400, "InvalidParameter.Format"],
    ["no key", () => ({ AccessKeyId: undefined }), 400, "MissingAccessKeyId"],
    ["an unknown key", () => ({ AccessKeyId: "nobody" }), 404, "InvalidAccessKeyId.NotFound"],
    ["no nonce", () => ({ SignatureNonce: undefined }), 400, "MissingSignatureNonce"],
    ["no time", () => ({ Timestamp: undefined }), 400, "MissingTimestamp"],
    ["an ill-formed time", () => ({ Timestamp: "yesterday" }), 400, "InvalidTimeStamp.Format"],
    ["an old time", () => ({ Timestamp: minutes(-16) }), 400, "InvalidTimeStamp.Expired"],
    ["a time to come", () => ({ Timestamp: minutes(16) }), 400, "InvalidTimeStamp.Expired"],
    ["another signature method", () => ({ SignatureMethod: "HMAC-SHA256" }), 400, "InvalidSignatureMethod"],
    ["another signature version", () => ({ SignatureVersion: "2.0" }), 400, "InvalidSignatureVersion"],
    ["a token nobody issued", () => ({ SecurityToken: "x" }), 400, "InvalidSecurityToken.Malformed"],
  ])("%s", async (_, change, status, code) => {
    expect(await callSts(sts, { ...assume, ...change() })).toMatchObject({ status, code });
  });

  test("a signature of another secret, and says what should have been signed", async () => {
    const answer = await callSts(sts, assume, { secret: "wrong", method: "GET" });
    expect(answer).toMatchObject({ status: 400, code: "SignatureDoesNotMatch" });
    expect(answer.message).toContain("server string to sign is:GET&amp;%2F&amp;AccessKeyId%3DTestKeyId0001%26Action");
  });

  test("a parameter that was changed after signing", async () => {
    const answer = await callSts(sts, assume, { change: { DurationSeconds: "900" } });
    expect(answer.code).toBe("SignatureDoesNotMatch");
  });

  test("no signature", async () => {
    expect((await callSts(sts, assume, { change: { Signature: undefined } })).code).toBe("MissingSignature");
  });

  test("a nonce that was spent, but not by a stranger", async () => {
    const nonce = { SignatureNonce: "same" };
    expect((await callSts(sts, { ...assume, ...nonce }, { secret: "wrong" })).code).toBe("SignatureDoesNotMatch");
    expect((await callSts(sts, { ...assume, ...nonce })).status).toBe(200);
    expect(await callSts(sts, { ...assume, ...nonce })).toMatchObject({
      status: 400,
      code: "SignatureNonceUsed",
      message: "Specified signature nonce was used already.",
    });
  });

  test("another HTTP method, and another path", async () => {
    const signed = new URLSearchParams(signRpc("PUT", assume));
    const put = await fetch(`http://localhost:${sts.port}/?${signed}`, { method: "PUT" });
    expect(put.status).toBe(403);
    expect(await put.text()).toContain("<Code>UnsupportedHTTPMethod</Code>");
    const other = await fetch(`http://localhost:${sts.port}/roles?${new URLSearchParams(signRpc("GET", assume))}`);
    expect(await other.text()).toContain("<Code>InvalidAction.NotFound</Code>");
  });

  test("what is no request", async () => {
    const socket = connect(sts.port, "127.0.0.1");
    socket.end("nonsense\r\n\r\n");
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*<Error><RequestId>[0-9A-F-]{36}<[\s\S]*<Code>InvalidRequest</);
  });

  test("a session's key without its token, with another's, and after its time", async () => {
    const [one, other] = await Promise.all([issue(), issue()]);
    const call = (token: string | undefined) =>
      callSts(
        sts,
        { Action: "GetCallerIdentity", AccessKeyId: one.Credentials.AccessKeyId, SecurityToken: token },
        { secret: one.Credentials.AccessKeySecret },
      );
    expect(await call(undefined)).toMatchObject({ code: "MissingSecurityToken" });
    expect(await call(other.Credentials.SecurityToken)).toMatchObject({
      code: "InvalidSecurityToken.MismatchWithAccessKey",
    });
    expect((await call(one.Credentials.SecurityToken)).status).toBe(200);
  });
});

test("an answer that was asked to fail fails, once", async () => {
  sts.faults.add({ operation: "AssumeRole", status: 503, code: "ServiceUnavailable", message: "later", times: 1 });
  expect(await callSts(sts, assume)).toMatchObject({ status: 503, code: "ServiceUnavailable" });
  expect((await callSts(sts, assume)).status).toBe(200);
});

describe("what was issued", () => {
  test("survives a restart, in a file that only its owner may read, and expires by the clock", async () => {
    const first = await startTestSts();
    let server = first;
    try {
      const answer = await callSts(first, { ...assume, Format: "JSON", DurationSeconds: "900" });
      const { Credentials } = JSON.parse(answer.text) as Issued;
      const file = join(first.dataDir, "sts", "credentials.json");
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await readFile(file, "utf8")).toContain(Credentials.AccessKeySecret);

      server = await first.restart();
      const identity = (at: number) =>
        callSts(
          server,
          {
            Action: "GetCallerIdentity",
            AccessKeyId: Credentials.AccessKeyId,
            SecurityToken: Credentials.SecurityToken,
            Timestamp: new Date(at).toISOString(),
          },
          { secret: Credentials.AccessKeySecret },
        );
      expect((await identity(server.clock.now())).status).toBe(200);
      await server.clock.advance(15 * 60_000);
      expect((await identity(server.clock.now())).code).toBe("InvalidSecurityToken.Expired");
      await server.clock.advance(25 * 3_600_000);
      // The next one that is issued clears away what has long expired.
      await callSts(server, { ...assume, Timestamp: new Date(server.clock.now()).toISOString() });
      expect((await identity(server.clock.now())).code).toBe("InvalidAccessKeyId.NotFound");
    } finally {
      await server.remove();
    }
  });

  test("is kept whole when many are issued at once", async () => {
    const issued = await Promise.all(Array.from({ length: 20 }, () => issue()));
    const again = await sts.restart();
    sts = again;
    for (const { Credentials } of issued) {
      expect(again.credentials.find(Credentials.AccessKeyId)?.accessKeySecret).toBe(Credentials.AccessKeySecret);
    }
  });
});
