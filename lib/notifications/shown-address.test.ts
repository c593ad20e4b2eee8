import { expect, test } from "vitest";
import { shownAddress } from "./shown-address";

test.each([
  ["https://oapi.dingtalk.com/robot/send?access_token=abc", "https://oapi.dingtalk.com/robot/send?…"],
  [
    "https://open.feishu.cn/open-apis/bot/v2/hook/6f1c2b3a-0000-4000-8000-1234567890ab",
    "https://open.feishu.cn/open-apis/bot/v2/hook/…",
  ],
  [
    "https://hooks.slack.com/services/T0001ABCD/B0001ABCD/aBcDeFgHiJkLmNoPqRsTuVwX",
    "https://hooks.slack.com/services/…/…/…",
  ],
  ["http://10.0.0.5:8080/easel", "http://10.0.0.5:8080/easel"],
  ["https://example.com", "https://example.com/"],
])("%s", (address, shown) => {
  expect(shownAddress(address)).toBe(shown);
});
