/** Work that can stop between two steps. A step that yields `true` has been enough for a frame. */
export type Work = Generator<boolean, void>;

/** Milliseconds of a frame that work may take. What it draws costs the page as much again, and the page needs its own. */
const slice = 5;

/** Does work some milliseconds of a frame at a time, one after the other, so that it never holds up the page. */
export class Slices {
  /** What has yet to begin: of what is asked for again meanwhile, only the latest. */
  private readonly waiting: Map<string, () => Work> = new Map();
  private going: Work | undefined;
  private frame = 0;

  add(name: string, work: () => Work): void {
    this.waiting.set(name, work);
    this.ask();
  }

  /** Forgets all of it. */
  stop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.waiting.clear();
    this.going = undefined;
  }

  // A page that nobody sees gets no frame: there nothing needs to be kept up.
  private ask(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.work();
      if (this.going !== undefined || this.waiting.size > 0) this.ask();
    });
  }

  private work(): void {
    const until = performance.now() + slice;
    while (performance.now() < until) {
      if (this.going === undefined) {
        const [next] = this.waiting;
        if (next === undefined) return;
        this.waiting.delete(next[0]);
        this.going = next[1]();
      }
      const { done, value } = this.going.next();
      if (done === true) this.going = undefined;
      else if (value) return;
    }
  }
}
