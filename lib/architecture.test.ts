import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

/** What lint cannot say: who may import whom, who reads the environment, who knows of the sandbox. */

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter((path) => path !== "" && !path.startsWith("node_modules/"));
const sources = files.filter((path) => /\.(ts|tsx|mjs)$/.test(path));
/** Not the tests, nor what only they use. */
const product = sources.filter(
  (path) => !/(\.test|\/testing[\w-]*|\/fixtures)\.tsx?$/.test(path) && !/^(e2e\/|[^/]+\.config\.)/.test(path),
);
const read = (path: string) => readFileSync(path, "utf8");

/** Module specifiers, repository-relative for our own files and bare for packages; type-only imports are left out. */
function importsOf(path: string): string[] {
  const found: string[] = [];
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^'";]*?\bfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;
  for (const match of read(path).matchAll(pattern)) {
    const specifier = match[1] ?? match[2] ?? "";
    if (specifier.startsWith("@/")) found.push(specifier.slice(2));
    else if (specifier.startsWith(".")) found.push(normalize(join(dirname(path), specifier)).replaceAll("\\", "/"));
    else found.push(specifier);
  }
  return found;
}

const isOurs = (target: string) => /^(app|components|lib|e2e)\//.test(target);
const isKernel = (target: string) => /^lib\/[^/]+$/.test(target) && !target.endsWith(".server");

interface Rule {
  /** Which files it binds. */
  from: RegExp;
  /** Which of our modules they may import; the kernel and their own room are always allowed. */
  may: RegExp;
  why: string;
}

/** The first rule whose pattern fits a file holds. */
const RULES: Rule[] = [
  { from: /^lib\/[^/]+\.ts$/, may: /^lib\/|^$/, why: "edges wire everything, the kernel itself is checked below" },
  { from: /^lib\/models\//, may: /^$/, why: "pure" },
  { from: /^lib\/playground\//, may: /^$/, why: "pure" },
  { from: /^lib\/service-config\//, may: /^lib\/models\//, why: "pure" },
  { from: /^lib\/sandbox\//, may: /^$/, why: "a shared encoder or signer would hide our own misunderstanding" },
  { from: /^lib\/store\//, may: /^$/, why: "tables know no domain" },
  {
    from: /^lib\/[^/]+\/(actions|.*\.server)\.ts$/,
    may: /^lib\/(?!sandbox\/)/,
    why: "adapters reach every room but the sandbox",
  },
  { from: /^lib\/[^/]+\/queries\.ts$/, may: /^lib\/(?!sandbox\/|store\/)/, why: "runs in the browser" },
  { from: /^lib\/eas\//, may: /^$/, why: "a vendor's client knows no use case" },
  { from: /^lib\/oss\//, may: /^lib\/(models|store|auth)\//, why: "object storage knows no service" },
  { from: /^lib\/i18n\//, may: /^$/, why: "texts know nothing" },
  { from: /^lib\/launcher\//, may: /^lib\/launcher\//, why: "starts processes, shares no code with them" },
  { from: /^lib\//, may: /^lib\/(?!sandbox\/)/, why: "use cases" },
  {
    from: /^components\/ui\//,
    may: /^lib\/i18n\/react$|^components\/ui\//,
    why: "React only, no product words",
  },
  { from: /^components\/(form|layout)\//, may: /^(components\/(ui|form|layout)\/|lib\/)/, why: "shells over ui" },
  {
    from: /^components\//,
    may: /^(components\/(ui|form|layout|upload|models|config|prices)\/|lib\/)/,
    why: "one feature a folder",
  },
  { from: /^app\//, may: /^(app|components|lib)\/(?!sandbox\/)/, why: "routes compose" },
];

describe("rooms", () => {
  test("nobody imports what their room may not", () => {
    const broken: string[] = [];
    for (const path of product.filter((file) => /^(app|components|lib)\//.test(file) && !file.endsWith(".mjs"))) {
      const rule = RULES.find(({ from }) => from.test(path));
      const room = path.split("/").slice(0, 2).join("/");
      for (const target of importsOf(path)) {
        if (!isOurs(target) || isKernel(target)) continue;
        if (path.startsWith("lib/") && /^(app|components)\//.test(target)) broken.push(`${path} → ${target}`);
        else if (target.startsWith(`${room}/`) && path.split("/").length > 2) continue;
        else if (rule && !rule.may.test(target)) broken.push(`${path} → ${target} (${rule.why})`);
      }
    }
    expect(broken).toEqual([]);
  });

  test("the kernel imports nothing of the rooms", () => {
    const kernel = product.filter((path) => isKernel(path.replace(/\.tsx?$/, "")) && !path.endsWith(".server.ts"));
    const broken = kernel.flatMap((path) =>
      importsOf(path)
        .filter((target) => isOurs(target) && !isKernel(target))
        .map((target) => `${path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test("vendor SDKs stay in their rooms", () => {
    const broken = product.flatMap((path) =>
      importsOf(path)
        .filter(
          (target) =>
            (target.startsWith("@alicloud/") || target.startsWith("@darabonba/")) !== path.startsWith("lib/eas/") &&
            (target.startsWith("@alicloud/") || target.startsWith("@darabonba/")),
        )
        .concat(importsOf(path).filter((target) => target === "ali-oss" && !path.startsWith("lib/oss/")))
        .map((target) => `${path} → ${target}`),
    );
    expect(broken.filter((line) => !line.startsWith("lib/launcher/"))).toEqual([]);
  });

  test("modules for the server only say so twice", () => {
    const servers = product.filter((path) => path.endsWith(".server.ts"));
    expect(servers.length).toBeGreaterThan(0);
    expect(servers.filter((path) => !importsOf(path).includes("server-only"))).toEqual([]);
  });

  test("no barrels", () => {
    expect(product.filter((path) => /\/index\.tsx?$/.test(path))).toEqual([]);
  });
});

describe("secrets of the process", () => {
  test("the environment is read in one place (and by processes of their own)", () => {
    const allowed =
      /^lib\/(env|release)\.ts$|^lib\/(sandbox|cli)\/main\.ts$|^lib\/launcher\/|^instrumentation\.ts$|^[^/]+\.config\.(ts|mjs)$/;
    expect(product.filter((path) => !allowed.test(path) && /process\.env/.test(read(path)))).toEqual([]);
  });

  test("the sandbox is another cloud: only its room, the launcher and the place that builds its connection name it", () => {
    const allowed = /^lib\/(sandbox|launcher)\/|^lib\/env\.ts$|^lib\/connections\/embedded\.ts$/;
    const named = product.filter((path) => !allowed.test(path) && /sandbox/i.test(withoutComments(read(path))));
    expect(named).toEqual([]);
  });

  test("no branch on the kind of connection outside its room", () => {
    const branching = product.filter(
      (path) => !/^lib\/connections\//.test(path) && /kind\s*[!=]==?\s*["']embedded["']/.test(read(path)),
    );
    // The shell says that nothing is billed; nothing else may differ.
    expect(branching.filter((path) => !/^components\/(layout|settings)\//.test(path))).toEqual([]);
  });
});

describe("what must not be committed", () => {
  test("no download addresses in the lock file", () => {
    expect(read("package-lock.json")).not.toMatch(/"resolved":/);
  });

  test("no machine's own paths", () => {
    const here = process.cwd();
    const named = files
      .filter((path) => /\.(ts|tsx|mjs|json|md|css|yml)$/.test(path))
      .filter((path) => read(path).includes(`${here}/`));
    expect(named).toEqual([]);
  });

  test("the two languages have the same keys", () => {
    const keys = (value: unknown, prefix = ""): string[] =>
      typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => keys(inner, `${prefix}${key}.`))
        : [prefix.slice(0, -1)];
    const en = keys(JSON.parse(read("lib/i18n/messages/en.json")));
    const zh = keys(JSON.parse(read("lib/i18n/messages/zh-CN.json")));
    expect(zh).toEqual(en);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}
