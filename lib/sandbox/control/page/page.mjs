import { byId, call, fill, presets, say, texts } from "./dom.mjs";
import { readFault, showKind, showLife } from "./form.mjs";
import { showFaults, showPlaces, showServices } from "./lists.mjs";

/** Wires the page: what a person does goes to the sandbox, what the sandbox says is shown. */

const REFRESH_MS = 1000;

function show(status) {
  document.body.classList.remove("offline");
  showPlaces(status);
  showFaults(status.faults);
  showServices(status.services);
}

async function refresh() {
  if (document.hidden) return;
  try {
    show(await call("GET", "/status"));
  } catch {
    if (!document.body.classList.contains("offline")) say(texts.page.offline);
    document.body.classList.add("offline");
  }
}

/** Runs what a person asked for; a refusal is said. */
async function act(work, onRefusal = say) {
  try {
    return await work();
  } catch (error) {
    const reason =
      error instanceof TypeError ? texts.page.offline : fill(texts.page.refused, { reason: error.message });
    onRefusal(reason);
  }
}

async function addAll(faults, name) {
  for (const fault of faults) show(await call("POST", "/faults", fault));
  say(fill(texts.page.added, { name }));
}

byId("add").addEventListener("submit", (event) => {
  event.preventDefault();
  const error = byId("error");
  error.textContent = "";
  const fault = readFault();
  act(
    () => addAll([fault], texts.kinds[fault.kind].title),
    (reason) => {
      error.textContent = reason;
    },
  );
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!button) return;
  const { preset, remove, name } = button.dataset;
  if (preset) act(() => addAll(presets[preset], texts.presets[preset].title));
  if (remove) act(() => removeFault(remove, name));
});

async function removeFault(id, name) {
  // The keyboard goes on where it was: at the next fault, or at the list's title.
  const item = byId("faults")
    .querySelector(`[data-remove="${CSS.escape(id)}"]`)
    ?.closest("li");
  const next = (item?.nextElementSibling ?? item?.previousElementSibling)?.querySelector("button");
  show(await call("DELETE", `/faults/${id}`));
  (next ?? byId("active-title")).focus();
  say(fill(texts.page.removed, { name }));
}

byId("reset").addEventListener("click", () =>
  act(async () => {
    show(await call("POST", "/reset", {}));
    say(texts.page.resetDone);
  }),
);

byId("kind").addEventListener("change", showKind);
byId("life").addEventListener("change", showLife);
document.addEventListener("visibilitychange", refresh);
showKind();
showLife();
await refresh();
setInterval(refresh, REFRESH_MS);
