/**
 * Order of two strings by their UTF-8 bytes, as OSS lists keys. UTF-16 order differs in one place only: surrogates
 * (characters above U+FFFF) stand below U+E000, but their bytes stand above.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/** A map with string keys that can be walked in UTF-8 order from any place. Sorting waits for the first walk. */
export class SortedMap<T> {
  readonly #values = new Map<string, T>();
  #keys: string[] = [];
  /** Added since the last walk; a bulk of uploads is sorted once. */
  #added: string[] = [];
  #removed = false;

  get size(): number {
    return this.#values.size;
  }

  get(key: string): T | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: T): void {
    if (!this.#values.has(key)) this.#added.push(key);
    this.#values.set(key, value);
  }

  delete(key: string): boolean {
    const existed = this.#values.delete(key);
    if (existed) this.#removed = true;
    return existed;
  }

  values(): IterableIterator<T> {
    return this.#values.values();
  }

  keys(): readonly string[] {
    this.#tidy();
    return this.#keys;
  }

  /** Index in `keys()` of the first key for which `reached` holds; it must hold for all later keys too. */
  firstIndex(reached: (key: string) => boolean): number {
    const keys = this.keys();
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (reached(keys[middle] ?? "")) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #tidy(): void {
    if (this.#removed) {
      // A key that was deleted and added again stands in both lists.
      const added = new Set(this.#added);
      this.#keys = this.#keys.filter((key) => this.#values.has(key) && !added.has(key));
      this.#added = [...added].filter((key) => this.#values.has(key));
      this.#removed = false;
    }
    if (this.#added.length === 0) return;
    this.#added.sort(compareUtf8);
    this.#keys = merge(this.#keys, this.#added);
    this.#added = [];
  }
}

function merge(left: readonly string[], right: readonly string[]): string[] {
  const merged: string[] = [];
  let next = 0;
  for (const key of left) {
    for (; next < right.length; next++) {
      const candidate = right[next] ?? "";
      if (compareUtf8(candidate, key) > 0) break;
      merged.push(candidate);
    }
    merged.push(key);
  }
  for (; next < right.length; next++) merged.push(right[next] ?? "");
  return merged;
}
