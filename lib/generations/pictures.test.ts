import { describe, expect, test } from "vitest";
import { placesOf } from "./pictures";

const result = { bucket: "my-bucket", folder: "results/" };

describe("where pictures lie", () => {
  test.each([
    ["in the mount", ["oss://my-bucket/results/result/a_1.png"], ["results/result/a_1.png"]],
    ["doubled slashes", ["oss://my-bucket/results//result/a_1.png"], ["results/result/a_1.png"]],
    ["another folder named than mounted", ["oss://my-bucket/other/result/a_1.png"], ["results/result/a_1.png"]],
    ["another bucket named than mounted", ["oss://other-bucket/secret/a_1.png"], ["results/result/a_1.png"]],
    ["climbing out", ["oss://my-bucket/results/../secret/a_1.png"], ["results/result/a_1.png"]],
    [
      "the same picture twice",
      ["oss://my-bucket/results/result/a.png", "oss://my-bucket/results/result/a.png"],
      ["results/result/a.png"],
    ],
    ["not an address of OSS", ["https://example.com/a.png"], []],
  ])("%s", (_, urls, keys) => {
    expect(placesOf(urls, result)).toEqual(keys.map((key) => ({ bucket: "my-bucket", key })));
  });

  test("a mount of the whole bucket", () => {
    expect(placesOf(["oss://my-bucket/result/a.png"], { bucket: "my-bucket", folder: "" })).toEqual([
      { bucket: "my-bucket", key: "result/a.png" },
    ]);
  });
});
