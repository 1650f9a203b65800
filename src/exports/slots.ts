import { RunlensError } from '../errors.ts';

/**
 * Bounds how many exports run at once, since each holds a window of rows in memory; the others wait
 * in line. One for a whole service.
 */
export class ExportSlots {
  readonly #line: number;
  #free: number;
  readonly #waiting: (() => void)[] = [];

  /** @param line how many may wait */
  constructor(count = 4, line = 100) {
    this.#free = count;
    this.#line = line;
  }

  /**
   * Resolves with the function that gives the slot back; idempotent.
   * @throws RunlensError BUSY when the line is full, CANCELLED
   */
  async take(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw cancelled();
    if (this.#free > 0) this.#free--;
    else if (this.#waiting.length < this.#line) await this.#turn(signal);
    else throw new RunlensError('BUSY', `${this.#line} exports wait in line already`);
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    };
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(cancelled());
      };
      const turn = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(turn);
    });
  }
}

const cancelled = (): RunlensError =>
  new RunlensError('CANCELLED', 'the export was cancelled while it waited for others');
