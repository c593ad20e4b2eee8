/** Which task is next, of all files together: what was begun before what was not. */
import type { FileWork, Task } from "./file-work";
import type { SignRequest } from "./types";

interface Rules {
  /** An object of equal size lies at its target. */
  mayExist(work: FileWork): boolean;
  /** It needs no URL of its own. */
  goesByForm(work: FileWork): boolean;
}

export class WorkQueue {
  /** Files whose first task was taken and that are not over. */
  private active: FileWork[] = [];
  private cursor = 0;

  constructor(
    private readonly works: readonly FileWork[],
    private readonly rules: Rules,
  ) {}

  next(): Task | undefined {
    if (this.active.some(({ isOver }) => isOver)) this.active = this.active.filter(({ isOver }) => !isOver);
    for (const work of this.active) {
      const task = work.take();
      if (task) return task;
    }
    while (this.works[this.cursor]?.isOver) this.cursor++;
    const work = this.works[this.cursor];
    if (!work) return undefined;
    this.cursor++;
    this.active.push(work);
    // A whole file that is not there yet needs no preparation.
    if (work.item.mode === "put" && !this.rules.mayExist(work)) work.markOpen();
    return work.take();
  }

  /** One that was over is to be done again. */
  again(work: FileWork): void {
    this.active.push(work);
  }

  /** What will most likely need a URL next. */
  upcoming(count: number): SignRequest[] {
    const { mayExist, goesByForm } = this.rules;
    const found = this.active.flatMap((work) => (goesByForm(work) ? [] : work.upcoming(count)));
    for (let index = this.cursor; found.length < count && index < this.works.length; index++) {
      const work = this.works[index];
      if (work?.item.mode === "put" && !work.isOver && !mayExist(work) && !goesByForm(work))
        found.push(work.signRequest(0));
      // Looking far beyond large files would cost more than it saves.
      if (index - this.cursor > count) break;
    }
    return found.slice(0, count);
  }
}
