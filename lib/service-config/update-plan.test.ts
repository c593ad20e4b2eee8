import { describe, expect, it } from "vitest";
import { hideSecrets, restoreSecrets } from "./secrets";
import { planTexts, type UpdatePlan } from "./update-plan";

const RUNNING =
  '{"metadata":{"name":"a","instance":1,"rpc":{"keepalive":5000}},"containers":[{"image":"x:1","port":8000}],"labels":{"team":"art"}}';

describe("planUpdate", () => {
  it.each<[string, string, Partial<UpdatePlan>]>([
    ["nothing", RUNNING, { changes: [], effect: "none" }],
    [
      "another order of keys",
      '{"labels":{"team":"art"},"containers":[{"port":8000,"image":"x:1"}],"metadata":{"instance":1,"name":"a","rpc":{"keepalive":5000}}}',
      { effect: "none" },
    ],
    [
      "the number of instances",
      RUNNING.replace('"instance":1', '"instance":3'),
      { effect: "scale", updateType: "merge", because: "adds", body: '{"metadata": {"instance": 3}}' },
    ],
    [
      "a value, as it is written",
      RUNNING.replace("5000", "5.0E5"),
      { effect: "rolling", updateType: "merge", because: "adds", body: '{"metadata": {"rpc": {"keepalive": 5.0E5}}}' },
    ],
    [
      "a new key",
      RUNNING.replace('"name":"a"', '"name":"a","group":"g"'),
      { updateType: "merge", body: '{"metadata": {"group": "g"}}' },
    ],
    [
      "an element of a list",
      RUNNING.replace("x:1", "x:2"),
      { effect: "rolling", updateType: "replace", because: "lists" },
    ],
    [
      "a key that goes",
      RUNNING.replace(',"labels":{"team":"art"}', ""),
      { effect: "rolling", updateType: "replace", because: "removes" },
    ],
  ])("%s", (_, after, plan) => {
    const planned = planTexts(RUNNING, after);
    expect(planned).toMatchObject(plan);
    if (planned?.updateType === "replace") expect(planned.body).toBe(after);
  });

  it("names each change once, with both values", () => {
    expect(planTexts(RUNNING, RUNNING.replace("x:1", "x:2").replace('"team"', '"crew"'))?.changes).toEqual([
      { path: ["containers", 0, "image"], kind: "changed", before: "x:1", after: "x:2" },
      { path: ["labels", "team"], kind: "removed", before: "art" },
      { path: ["labels", "crew"], kind: "added", after: "art" },
    ]);
  });
});

describe("secrets", () => {
  const STORED = `{
  "token": "t0", "big": 12345678901234567890,
  "containers": [{"env": [{"name": "API_KEY", "value": "k"}, {"name": "MODE", "value": "fast"}], "command": "run --hf-token hf_1 -x"}],
  "storage": [{"mount_path": "/code", "git": {"repo": "https://x", "password": "p"}}]
}`;

  it("are hidden in place and come back", () => {
    const shown = hideSecrets(STORED) ?? "";
    for (const secret of ['"t0"', '"k"', "hf_1", '"p"']) expect(shown).not.toContain(secret);
    expect(shown).toContain("12345678901234567890");
    expect(restoreSecrets(shown, STORED)).toEqual({ ok: true, text: STORED });
  });

  it("come back to what was moved, and stay as newly typed", () => {
    const edited =
      '{"containers":[{"env":[{"name":"NEW","value":"1"},{"name":"API_KEY","value":"******"}]}],"token":"t1"}';
    expect(restoreSecrets(edited, STORED)).toEqual({ ok: true, text: edited.replace("******", "k") });
  });

  it.each([
    ["that nobody knows", '{"dockerAuth":"******"}', ["dockerAuth"]],
    [
      "in a command that was changed",
      '{"containers":[{"command":"walk --hf-token [hidden]"}]}',
      ["containers", 0, "command"],
    ],
  ])("are asked for where hidden is a text %s", (_, edited, path) => {
    expect(restoreSecrets(edited, STORED)).toEqual({ ok: false, path });
  });
});
