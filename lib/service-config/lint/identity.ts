import { bothNames, NAME } from "../both-names";
import { INSTANCE_TYPE, INSTANCES } from "../config-view";
import { KNOWN_KEYS } from "../fields";
import { isObject, type JsonObject, type Path, valueAt } from "../json-path";
import { finder, type LintFinding, type LintInput, type Rule } from "./finding";

export const nameRules: Rule = (input) => {
  const { view, value, facts } = input;
  const find = finder(input);
  const name = view.name ?? "";
  const top = valueAt(value, ["name"]);
  const inner = valueAt(value, NAME);
  if (facts.runningName !== undefined)
    return [
      name !== facts.runningName &&
        find("error", "name_changed", NAME, {
          params: { name, running: facts.runningName },
          repair: bothNames(facts.runningName),
        }),
    ];
  const differs =
    typeof top === "string" &&
    typeof inner === "string" &&
    top !== inner &&
    find("warning", "name_differs", NAME, {
      shows: [["name"], NAME],
      params: { name: inner, other: top },
      repair: bothNames(inner),
    });
  return [problemOf(input, name), differs];
};

function problemOf(input: LintInput, name: string): LintFinding | false | undefined {
  const find = finder(input);
  if (name === "") return find("error", "name_missing", NAME);
  if (name.length < 3 || name.length > 63)
    return find("error", "name_length", NAME, { params: { length: name.length, min: 3, max: 63 } });
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    const fitting = name
      .toLowerCase()
      .replace(/[^a-z0-9_]/g, "_")
      .replace(/^[^a-z]+/, "");
    const repair = fitting.length >= 3 ? bothNames(fitting) : undefined;
    return find("error", "name_format", NAME, { params: { name, fitting }, repair });
  }
  return input.facts.takenNames?.includes(name) && find("error", "name_taken", NAME, { params: { name } });
}

/** EAS ignores keys that it does not know, a wrong spelling of a known one too. */
export const spellingRules: Rule = (input) => misspelt(input, input.value, [], "");

function misspelt(input: LintInput, object: JsonObject, path: Path, at: string): LintFinding[] {
  const known = KNOWN_KEYS.get(at);
  if (!known) return [];
  return Object.entries(object).flatMap(([key, value]) => {
    const right = known.has(key) ? undefined : [...known].find((one) => plain(one) === plain(key));
    // Only where the right one is absent: otherwise nobody knows which of them is meant.
    if (right !== undefined && !Object.hasOwn(object, right) && !key.includes("."))
      return [
        finder(input)("warning", "key_misspelt", [...path, key], {
          params: { key, right },
          repair: [
            { path: [...path, key], value: undefined },
            { path: [...path, right], value },
          ],
        }),
      ];
    const inner = at === "" ? key : `${at}.${key}`;
    const children: [unknown, Path, string][] = Array.isArray(value)
      ? value.map((item, index) => [item, [...path, key, index], `${inner}.0`])
      : [[value, [...path, key], inner]];
    return children.flatMap(([child, where, name]) => (isObject(child) ? misspelt(input, child, where, name) : []));
  });
}

const plain = (key: string) => key.toLowerCase().replaceAll(/[_-]/g, "");

/** Things of which EAS takes one only. */
export const exclusiveRules: Rule = (input) => {
  const { value, view } = input;
  const find = finder(input);
  const resource: Path = ["metadata", "resource"];
  const quota: Path = ["metadata", "quota_id"];
  const computing = view.instanceTypes[0]?.path;
  const given = [resource, quota].filter((path) => valueAt(value, path));
  const places = computing ? [computing, ...given] : given;
  const script: Path = ["containers", 0, "script"];
  const both = valueAt(value, INSTANCE_TYPE) !== undefined && Array.isArray(valueAt(value, INSTANCES));
  return [
    places.length > 1 &&
      find("error", "resources_exclusive", given[0] ?? resource, {
        shows: places,
        repair: computing ? given.map((path) => ({ path, value: undefined })) : undefined,
      }),
    both &&
      find("warning", "instance_type_twice", INSTANCE_TYPE, {
        shows: [INSTANCE_TYPE, INSTANCES],
        repair: [{ path: INSTANCE_TYPE, value: undefined }],
      }),
    view.command !== undefined &&
      view.script !== undefined &&
      find("error", "command_and_script", script, { repair: [{ path: script, value: undefined }] }),
    view.command === undefined &&
      view.script === undefined &&
      find(view.isOwnImage ? "info" : "error", "command_missing", ["containers", 0, "command"]),
  ];
};
