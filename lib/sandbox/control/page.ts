import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SERVERS } from "@/lib/sandbox/core/fault-kinds";
import { CATALOGUE } from "./catalogue";
import { PRESETS } from "./presets";
import { EN, type Texts, ZH } from "./texts";

/*
 * The page on the control port: one document with its words and the catalogue as data, one style sheet, a few modules. It
 * may load nothing else, and nothing may frame it.
 */

interface PageReply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};

const ASSETS: Readonly<Record<string, string>> = {
  "page.css": "text/css; charset=utf-8",
  "page.mjs": "text/javascript; charset=utf-8",
  "form.mjs": "text/javascript; charset=utf-8",
  "lists.mjs": "text/javascript; charset=utf-8",
  "dom.mjs": "text/javascript; charset=utf-8",
};

/** Undefined for what is no part of the page. */
export function pageAt(incoming: IncomingMessage): PageReply | undefined {
  const url = new URL(incoming.url ?? "/", "http://localhost");
  if (url.pathname === "/") {
    const language = languageOf(url.searchParams.get("lang"), incoming.headers["accept-language"]);
    return {
      status: 200,
      headers: { ...HEADERS, "content-type": "text/html; charset=utf-8" },
      body: document(language),
    };
  }
  const name = /^\/page\/([a-z]+\.(?:css|mjs))$/.exec(url.pathname)?.[1] ?? "";
  const type = ASSETS[name];
  return type ? { status: 200, headers: { ...HEADERS, "content-type": type }, body: readAsset(name) } : undefined;
}

type Language = "en" | "zh";

/** What the switch says, else the first of the browser's languages that there is. */
export function languageOf(chosen: string | null, accepted = ""): Language {
  if (chosen === "en" || chosen === "zh") return chosen;
  const wanted = accepted.split(",").map((entry) => {
    const [tag = "", quality = "q=1"] = entry.trim().split(/\s*;\s*/);
    return { language: tag.toLowerCase().split("-")[0], quality: Number(quality.replace("q=", "")) };
  });
  const best = wanted
    .sort((a, b) => b.quality - a.quality)
    .find(({ language }) => language === "en" || language === "zh");
  return best?.language === "zh" ? "zh" : "en";
}

/**
 * The files lie in the sources: beside this module, or where the sources are seen from the bundle, whose folder is in the
 * same project.
 */
function readAsset(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("The control page's files are not there.");
    folder = parent;
  }
  return readFileSync(join(folder, "lib", "sandbox", "control", "page", name), "utf8");
}

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

function document(language: Language): string {
  const texts: Texts = language === "zh" ? ZH : EN;
  const say = (key: keyof Texts["page"]) => escapeHtml(texts.page[key]);
  const data = JSON.stringify({ texts, presets: PRESETS, kinds: CATALOGUE, servers: SERVERS }).replaceAll(
    "<",
    "\\u003c",
  );
  const presets = Object.entries(texts.presets)
    .map(
      ([name, { title, hint }]) =>
        `<li><button type="button" class="preset" data-preset="${name}"><b>${escapeHtml(title)}</b><span>${escapeHtml(hint)}</span></button></li>`,
    )
    .join("");
  const kinds = (Object.keys(texts.layers) as (keyof Texts["layers"])[])
    .map((layer) => {
      const options = CATALOGUE.filter((kind) => kind.layer === layer)
        .map(({ kind }) => `<option value="${kind}">${escapeHtml(texts.kinds[kind].title)}</option>`)
        .join("");
      return `<optgroup label="${escapeHtml(texts.layers[layer])}">${options}</optgroup>`;
    })
    .join("");
  return `<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${say("title")} · ${say("subtitle")}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page/page.css">
<script type="application/json" id="data">${data}</script>
<script type="module" src="/page/page.mjs"></script>
</head>
<body>
<header>
<h1>${say("title")}<small>${say("subtitle")}</small></h1>
<p class="region"><span>${say("region")}</span> <code id="region">–</code></p>
<a class="button quiet" href="/?lang=${texts.page.otherLanguage}" hreflang="${texts.page.otherLanguage}" lang="${texts.page.otherLanguage}">${say("language")}</a>
<button type="button" class="danger" id="reset">${say("resetAll")}</button>
</header>
<main>
<div class="work">
<section aria-labelledby="active-title">
<h2 id="active-title" tabindex="-1">${say("activeFaults")}</h2>
<p class="empty" id="no-faults">${say("noFaults")}</p>
<ul class="faults" id="faults" aria-labelledby="active-title"></ul>
</section>
<section aria-labelledby="presets-title">
<h2 id="presets-title">${say("presets")}</h2>
<p class="hint">${say("presetsHint")}</p>
<ul class="presets">${presets}</ul>
</section>
<section aria-labelledby="add-title">
<h2 id="add-title">${say("addFault")}</h2>
<form id="add" novalidate>
<div class="field wide">
<label for="kind">${say("kind")}</label>
<select id="kind" aria-describedby="kind-hint">${kinds}</select>
<p class="hint" id="kind-hint"></p>
</div>
<div class="fields" id="parameters"></div>
<div class="fields">
<div class="field"><label for="life">${say("lasts")}</label><select id="life">
<option value="forever">${say("untilRemoved")}</option>
<option value="times">${say("timesLife")}</option>
<option value="duration">${say("durationLife")}</option>
</select></div>
<div class="field" id="times-field" hidden><label for="times">${say("times")}</label><input id="times" type="number" min="1" value="1" inputmode="numeric"></div>
<div class="field" id="duration-field" hidden><label for="duration">${say("seconds")}</label><input id="duration" type="number" min="1" value="60" inputmode="numeric"></div>
<div class="field"><label for="rate">${say("share")}</label><input id="rate" type="number" min="0" max="100" value="100" inputmode="numeric" title="${say("shareHint")}"></div>
</div>
<details><summary>${say("onlyFor")}</summary>
<p class="hint">${say("onlyForHint")}</p>
<div class="fields" id="scope"></div>
</details>
<p class="error" id="error" role="alert"></p>
<button type="submit" class="primary">${say("add")}</button>
</form>
</section>
</div>
<aside>
<section aria-labelledby="stock-title" id="stock" hidden>
<h2 id="stock-title">${say("soldOut")}</h2>
<ul class="plain" id="sold-out"></ul>
</section>
<section aria-labelledby="servers-title">
<h2 id="servers-title">${say("servers")}</h2>
<dl class="servers" id="servers"></dl>
</section>
<section aria-labelledby="services-title">
<h2 id="services-title">${say("services")}</h2>
<p class="empty" id="no-services">${say("noServices")}</p>
<ul class="services" id="services"></ul>
</section>
</aside>
</main>
<p class="say" id="say" role="status"></p>
</body>
</html>
`;
}
