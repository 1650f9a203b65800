import { pause } from './pause.ts';

/** The longest space between two requests; what Retry-After asks for comes on top. */
const MAX_GAP_MS = 10_000;

/** What is left of the space after an answer: a limit is met again about every fifteenth request. */
const EASE = 0.95;

/**
 * Spaces requests out. Databricks allows 7 searches a second a workspace; other servers have no
 * limit of their own. A 429 doubles the space, every answer without one eases it.
 */
export class Pace {
  readonly #floorMs: number;
  readonly #firstGapMs: number;
  #gapMs: number;
  #nextAt = 0;
  #slowedUntil = 0;

  /** @param perSecond requests a second at the most; undefined for no limit */
  constructor(perSecond?: number, { firstGapMs = 100 } = {}) {
    this.#floorMs = perSecond === undefined ? 0 : 1000 / perSecond;
    this.#firstGapMs = firstGapMs;
    this.#gapMs = this.#floorMs;
  }

  async turn(signal?: AbortSignal): Promise<void> {
    if (this.#gapMs === 0) return;
    const now = performance.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#gapMs;
    if (at > now) await pause(at - now, signal);
  }

  /** Requests under way at once are refused at once: together they slow down but once. */
  slowDown(): void {
    const now = performance.now();
    if (now < this.#slowedUntil) return;
    this.#gapMs = Math.min(Math.max(this.#gapMs * 2, this.#firstGapMs), MAX_GAP_MS);
    this.#slowedUntil = now + this.#gapMs;
  }

  answered(): void {
    const eased = this.#gapMs * EASE;
    this.#gapMs = eased < 1 ? this.#floorMs : Math.max(this.#floorMs, eased);
  }
}
