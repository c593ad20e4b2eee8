import { deliveryOrder, type QueueItem } from "./item";

/** Items in delivery order. New ones mostly go to the end, and all go from the front, so both are cheap. */
export class ReadyList {
  #items: QueueItem[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  first(): QueueItem | undefined {
    return this.#items[this.#head];
  }

  shift(): void {
    if (this.size === 0) return;
    this.#head += 1;
    // Now and then the part that is gone is let go.
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
  }

  add(item: QueueItem): void {
    let low = this.#head;
    let high = this.#items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = this.#items[middle];
      if (at && deliveryOrder(at, item) <= 0) low = middle + 1;
      else high = middle;
    }
    this.#items.splice(low, 0, item);
  }

  fill(items: Iterable<QueueItem>): void {
    this.#items = [...items].sort(deliveryOrder);
    this.#head = 0;
  }
}
