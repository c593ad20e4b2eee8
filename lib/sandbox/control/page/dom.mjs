/** What the modules of the page share: its data, its words, and a way to make elements. */

export const { texts, presets, kinds, servers } = JSON.parse(document.getElementById("data").textContent);

export const byId = (id) => document.getElementById(id);

/** Replaces `{name}` by values. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] set on the element; `data` and `aria` as attributes
 * @param {(Node | string | undefined)[]} [children]
 */
export function make(tag, properties = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-")) element.setAttribute(name, String(value));
    else if (value !== undefined) element[name] = value;
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/** For the ear as for the eye. */
export function say(text) {
  const place = byId("say");
  place.textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => {
    place.textContent = "";
  }, 4000);
}

/** The answer's JSON; throws what the sandbox says when it refuses. */
export async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? String(response.status));
  return answer;
}

/** Words for a value of a parameter. */
export const optionText = (name, value) => texts.options[name]?.[value] ?? String(value);
