import { byId, kinds, make, optionText, servers, texts } from "./dom.mjs";

/** The form for a fault of any kind, made from the catalogue's schemas. */

const kindNow = () => kinds.find(({ kind }) => kind === byId("kind").value);

export function showKind() {
  const { kind, parameters, scope } = kindNow();
  byId("kind-hint").textContent = texts.kinds[kind].hint;
  byId("parameters").replaceChildren(
    ...Object.entries(parameters.properties ?? {}).map(([name, schema]) => parameterField(name, schema)),
  );
  byId("scope").replaceChildren(...scope.map(scopeField));
  byId("error").textContent = "";
}

function field(label, control, isWide = false) {
  return make("div", { className: isWide ? "field wide" : "field" }, [
    make("label", { htmlFor: control.id, textContent: label }),
    control,
  ]);
}

const select = (id, options) =>
  make(
    "select",
    { id },
    options.map(({ value, text, selected }) => make("option", { value, textContent: text, selected })),
  );

function parameterField(name, schema) {
  const id = `parameter-${name}`;
  const label = texts.parameters[name] ?? name;
  if (schema.enum) {
    const options = schema.enum.map((value) => ({
      value: String(value),
      text: optionText(name, value),
      selected: value === schema.default,
    }));
    return field(label, select(id, options));
  }
  if (schema.type === "integer" || schema.type === "number") {
    const { minimum, maximum } = schema;
    const limits = {
      min: minimum === undefined ? undefined : String(minimum),
      max: maximum === undefined ? undefined : String(maximum),
    };
    const value = String(schema.default ?? "");
    return field(label, make("input", { id, type: "number", step: "any", inputMode: "decimal", ...limits, value }));
  }
  if (name === "lastWords") return field(label, make("textarea", { id, rows: 3, value: schema.default ?? "" }), true);
  return field(label, make("input", { id, type: "text", value: schema.default ?? "" }), name === "message");
}

function scopeField(name) {
  const id = `scope-${name}`;
  if (name !== "server") return field(texts.scope[name], make("input", { id, type: "text", autocomplete: "off" }));
  const options = servers.map((value) => ({ value, text: value }));
  return field(texts.scope.server, select(id, [{ value: "", text: texts.page.anyServer }, ...options]));
}

export function showLife() {
  const life = byId("life").value;
  byId("times-field").hidden = life !== "times";
  byId("duration-field").hidden = life !== "duration";
}

/** What the form asks for; the sandbox judges it. */
export function readFault() {
  const { kind, parameters, scope } = kindNow();
  const fault = { kind, parameters: {}, scope: {} };
  for (const [name, schema] of Object.entries(parameters.properties ?? {})) {
    const text = byId(`parameter-${name}`).value;
    const isNumber = schema.type === "integer" || schema.type === "number";
    if (text === "" && (isNumber || schema.default === undefined)) continue;
    fault.parameters[name] = isNumber ? Number(text) : text;
  }
  for (const name of scope) {
    const text = byId(`scope-${name}`).value.trim();
    if (text !== "") fault.scope[name] = text;
  }
  const rate = Number(byId("rate").value) / 100;
  if (rate !== 1) fault.rate = rate;
  const life = byId("life").value;
  if (life === "times") fault.times = Number(byId("times").value);
  if (life === "duration") fault.durationMs = Number(byId("duration").value) * 1000;
  return fault;
}
