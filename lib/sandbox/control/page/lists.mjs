import { byId, fill, kinds, make, optionText, texts } from "./dom.mjs";

/** What the sandbox says there is. Items stay the same elements while they last, so that nobody's focus is lost. */

/** Keeps, adds and removes items by their key. */
function update(list, rows, keyOf, build, refresh) {
  const before = new Map([...list.children].map((item) => [item.dataset.key, item]));
  const items = rows.map((row) => {
    const key = keyOf(row);
    const item = before.get(key) ?? build(row);
    item.dataset.key = key;
    refresh(item, row);
    return item;
  });
  const isSame = items.length === list.children.length && items.every((item, index) => list.children[index] === item);
  if (!isSame) list.replaceChildren(...items);
}

/** Only what differs from the kind's defaults, and what it is limited to. */
function summary({ kind, parameters, scope, rate }) {
  const { properties = {} } = kinds.find((one) => one.kind === kind).parameters;
  const values = Object.entries(parameters)
    .filter(
      ([name, value]) =>
        value !== "" &&
        !(properties[name]?.enum && Object.keys(properties).length > 1 && value === properties[name].default),
    )
    .map(([name, value]) => (properties[name]?.enum ? optionText(name, value) : `${texts.parameters[name]}: ${value}`));
  const limits = Object.entries(scope).map(([name, value]) => `${texts.scope[name]}: ${value}`);
  const share = rate < 1 ? [`${Math.round(rate * 100)} %`] : [];
  return [...values, ...limits, ...share].join(" · ");
}

function life({ timesLeft, remainingMs, fired }) {
  const parts = [fill(texts.page.fired, { count: fired })];
  if (timesLeft !== undefined) parts.push(fill(texts.page.timesLeft, { count: timesLeft }));
  if (remainingMs !== undefined) parts.push(fill(texts.page.secondsLeft, { count: Math.ceil(remainingMs / 1000) }));
  return parts.join(" · ");
}

export function showFaults(faults) {
  byId("no-faults").hidden = faults.length > 0;
  update(
    byId("faults"),
    faults,
    ({ id }) => id,
    (fault) => {
      const title = texts.kinds[fault.kind].title;
      return make("li", {}, [
        make("div", { className: "what" }, [
          make("b", { textContent: title }),
          make("span", { className: "summary", textContent: summary(fault) }),
          make("span", { className: "life" }),
        ]),
        make("button", {
          type: "button",
          className: "quiet",
          textContent: texts.page.remove,
          "aria-label": `${texts.page.remove}: ${title}, ${fault.id}`,
          "data-remove": fault.id,
          "data-name": title,
        }),
      ]);
    },
    (item, fault) => {
      const place = item.querySelector(".life");
      const text = life(fault);
      if (place.textContent !== text) place.textContent = text;
    },
  );
}

const TONES = {
  Running: "ok",
  Failed: "bad",
  DeleteFailed: "bad",
  Stopped: "neutral",
  Complete: "neutral",
  Waiting: "warn",
  Pending: "warn",
};

export function showServices(services) {
  byId("no-services").hidden = services.length > 0;
  update(
    byId("services"),
    services,
    ({ name }) => name,
    ({ name }) =>
      make("li", {}, [
        make("code", { textContent: name }),
        make("span", { className: "state" }),
        make("span", { className: "message" }),
      ]),
    (item, { status, message, ready, total }) => {
      const state = item.querySelector(".state");
      state.dataset.tone = TONES[status] ?? "info";
      state.textContent = status;
      const count = total > 0 ? fill(texts.page.instances, { ready, total }) : "";
      const note = status === "Running" || message === "" ? count : [count, message].filter(Boolean).join(" · ");
      item.querySelector(".message").textContent = note;
    },
  );
}

export function showPlaces({ region, ports, soldOut }) {
  byId("region").textContent = region;
  const places = byId("servers");
  if (places.children.length === 0) {
    for (const [name, port] of Object.entries(ports)) {
      places.append(
        make("dt", { textContent: name }),
        make("dd", {}, [make("code", { textContent: `http://localhost:${port}` })]),
      );
    }
  }
  byId("stock").hidden = soldOut.length === 0;
  update(
    byId("sold-out"),
    soldOut,
    (type) => type,
    (type) => make("li", {}, [make("code", { textContent: type })]),
    () => undefined,
  );
}
