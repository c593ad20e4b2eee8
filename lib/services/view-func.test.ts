import { expect, test } from "vitest";
import { doesFunc, FUNCS } from "@/lib/playground/limits";
import { aService } from "./fixtures";
import { toServiceSummary } from "./view";

test.each([
  ["python /home/pai/app.py --func_name base", ["t2i", "i2i", "inpaint", "outpaint"]],
  ["python /home/pai/app.py --func_name controlnet", ["controlnet"]],
  ["python server.py", FUNCS],
])("a service that was started by `%s` does %j", (command, expected) => {
  const { func } = toServiceSummary(aService({ config: JSON.stringify({ containers: [{ command }] }) }));
  expect(FUNCS.filter((one) => doesFunc(func, one))).toEqual(expected);
});
