import { expect, test } from "vitest";
import { toRegionalConnection } from "@/lib/connections/regional";
import { createOssClient } from "./client";

const connection = toRegionalConnection({
  id: "test",
  kind: "saved",
  name: "test",
  region: "cn-hangzhou",
  credentials: { accessKeyId: "LTAItest", accessKeySecret: "secret" },
  bucketDomain: { bucket: "team-models", host: "models.example.com" },
});
const oss = createOssClient(connection);
const limits = { prefix: "m/", maxBytes: 5, expiresSeconds: 60 };

test("what a browser sends to the bucket of a custom domain goes there, the bucket not in the path", async () => {
  const put = new URL(await oss.presignPut("team-models", "m/a.bin", { sizeBytes: 5, expiresSeconds: 60 }));
  const [part = ""] = await oss.presignParts("team-models", "m/a.bin", {
    uploadId: "u",
    parts: [{ number: 1, sizeBytes: 5 }],
    expiresSeconds: 60,
  });
  const get = await oss.presignGet("team-models", "m/a.bin", { expiresSeconds: 60 });
  for (const url of [put, new URL(part), new URL(get)]) {
    expect(url.origin + url.pathname).toBe("https://models.example.com/m/a.bin");
    expect(url.searchParams.get("x-oss-credential")).toContain("/cn-hangzhou/oss/");
  }
  expect(oss.signForm("team-models", limits).url).toBe("https://models.example.com/");
});

test("other buckets keep the default domain", async () => {
  const url = new URL(await oss.presignGet("other", "m/a.bin", { expiresSeconds: 60 }));
  expect(url.hostname).toBe("other.oss-cn-hangzhou.aliyuncs.com");
  expect(oss.signForm("other", limits).url).toBe("https://other.oss-cn-hangzhou.aliyuncs.com/");
});
