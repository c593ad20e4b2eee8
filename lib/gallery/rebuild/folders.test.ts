import { describe, expect, test } from "vitest";
import { union } from "./folders";

const at = (bucket: string, prefix: string, service: string) => ({ bucket, prefix, service });
const folder = (bucket: string, prefix: string, service?: string) => ({ bucket, prefix, service, done: false });

describe("folders to walk", () => {
  test.each([
    ["one service", [at("a", "out/", "sd15")], [folder("a", "out/", "sd15")]],
    [
      "several of one folder: whose a picture is nobody knows",
      [at("a", "out/", "x"), at("a", "out/", "y")],
      [folder("a", "out/")],
    ],
    ["one within another", [at("a", "out/", "x"), at("a", "out/result/", "x")], [folder("a", "out/", "x")]],
    ["one within another of someone else", [at("a", "", "x"), at("a", "out/", "y")], [folder("a", "")]],
    [
      "a name that only begins the same",
      [at("a", "out/", "x"), at("a", "out2/", "y")],
      [folder("a", "out/", "x"), folder("a", "out2/", "y")],
    ],
    ["two buckets", [at("a", "out/", "x"), at("b", "out/", "y")], [folder("a", "out/", "x"), folder("b", "out/", "y")]],
    ["none", [], []],
  ])("%s", (_, places, expected) => {
    expect(union(places)).toEqual(expected);
  });
});
