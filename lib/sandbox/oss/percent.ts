/** Percent sequences to bytes; a lone `%` stands for itself. */
export function decodePercent(text: string): Buffer {
  if (!text.includes("%")) return Buffer.from(text, "latin1");
  const bytes = text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1");
}

const UNRESERVED = /[A-Za-z0-9\-._~]/;
const ENCODED = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
});

/** Every byte of the UTF-8 text except `A-Z a-z 0-9 - . _ ~` and, when asked, `/`. */
export function encodePercent(text: string, keepSlash = false): string {
  let encoded = "";
  for (const byte of Buffer.from(text, "utf8")) {
    encoded += keepSlash && byte === 0x2f ? "/" : (ENCODED[byte] ?? "");
  }
  return encoded;
}
