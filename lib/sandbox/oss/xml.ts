/**
 * The little XML that OSS speaks. Written here and not taken from a library because of the control characters that keys
 * may hold. Tab, line feed, carriage return and delete leave as numeric entities. The others are no characters of XML in
 * either form; they leave as they are, since ali-oss's parser reads them so, whereas its newer versions refuse their
 * entities. Bodies with such characters are accepted, because ali-oss sends them (reference: oss-rest.md §9).
 */

export type XmlValue = string | number | boolean | undefined | XmlObject | readonly XmlValue[];
export interface XmlObject {
  readonly [name: string]: XmlValue;
}

/** Serialises in property order; arrays repeat their element, undefined leaves it out. */
export function toXml(root: string, content: XmlValue): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content, "")}`;
}

function element(name: string, value: XmlValue, indent: string): string {
  if (value === undefined) return "";
  if (Array.isArray(value)) return value.map((item) => element(name, item, indent)).join("");
  if (typeof value === "object") {
    const inner = Object.entries(value).map(([child, content]) => element(child, content, `${indent}  `));
    const body = inner.join("");
    // ali-oss takes white space in an empty `Buckets` for a bucket.
    return `${indent}<${name}>${body && `\n${body}${indent}`}</${name}>\n`;
  }
  return `${indent}<${name}>${escapeText(String(value))}</${name}>\n`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

export function escapeText(text: string): string {
  return text.replace(/[&<>"'\t\n\r\u007f]/g, (character) => {
    return ENTITIES[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
  });
}

export interface XmlElement {
  name: string;
  /** Text of the element itself, without that of its children. */
  text: string;
  children: XmlElement[];
}

export class XmlError extends Error {}

const TOKEN =
  /<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\/\s*([^\s<>/]+)\s*>|<([^\s<>/!?]+)(?:\s[^<>]*?)?(\/?)>/g;

export function parseXml(source: string): XmlElement {
  const document: XmlElement = { name: "", text: "", children: [] };
  const open: XmlElement[] = [document];
  let position = 0;
  const addText = (text: string) => {
    const current = open[open.length - 1] ?? document;
    if (text.includes("<")) throw new XmlError("stray <");
    current.text += unescapeText(text);
  };
  for (const token of source.matchAll(TOKEN)) {
    addText(source.slice(position, token.index));
    position = token.index + token[0].length;
    const [, cdata, closing, opening, selfClosing] = token;
    const current = open[open.length - 1] ?? document;
    if (cdata !== undefined) {
      current.text += cdata;
    } else if (closing !== undefined) {
      if (open.length === 1 || current.name !== localName(closing)) throw new XmlError(`unexpected </${closing}>`);
      open.pop();
    } else if (opening !== undefined) {
      const child: XmlElement = { name: localName(opening), text: "", children: [] };
      current.children.push(child);
      if (!selfClosing) open.push(child);
    }
  }
  addText(source.slice(position));
  const root = document.children[0];
  if (!root || open.length > 1 || document.children.length > 1 || document.text.replace("\ufeff", "").trim() !== "") {
    throw new XmlError("not a document");
  }
  return root;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeText(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([a-zA-Z]+));/g,
    (_, hex?: string, decimal?: string, name = "") => {
      if (hex !== undefined || decimal !== undefined) {
        const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
        if (code > 0x10ffff) throw new XmlError("no such character");
        return String.fromCodePoint(code);
      }
      const character = NAMED[name];
      if (character === undefined) throw new XmlError(`unknown entity ${name}`);
      return character;
    },
  );
}

export function childrenOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name);
}

/** Text of the first child of that name; undefined when there is none. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text;
}
