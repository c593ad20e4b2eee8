/** Works tasks off, as many at once as the limit says at that moment. */
interface Work<Task> {
  next(): Task | undefined;
  /** Never rejects. */
  perform(task: Task, signal: AbortSignal): Promise<void>;
  limit(): number;
}

export class Lanes<Task> {
  private running = 0;
  private fill: () => void = () => undefined;

  constructor(private readonly work: Work<Task>) {}

  /** Resolves when nothing is left and nothing runs, or once what runs has ended after the signal. */
  run(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.fill = () => {
        while (!signal.aborted && this.running < this.work.limit()) {
          const task = this.work.next();
          if (!task) break;
          this.running++;
          this.work.perform(task, signal).then(() => {
            this.running--;
            this.fill();
          });
        }
        if (this.running === 0) resolve();
      };
      this.fill();
    });
  }

  /** There may be more to do than when it was last looked. */
  wake(): void {
    this.fill();
  }
}
