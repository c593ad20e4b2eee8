/** What the name of an object says of it. */

export function isPictureKey(key: string): boolean {
  return /[^/]\.(png|jpe?g|webp)$/i.test(key);
}
