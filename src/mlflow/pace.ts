import { pause } from './pause.ts';

/**
 * Spaces requests out. Databricks allows 7 searches a second a workspace; other servers have no
 * limit of their own. Every 429 doubles the space, every hundred answers without one halve it again.
 */
export class Pace {
  readonly #floorMs: number;
  #gapMs: number;
  #nextAt = 0;
  #calm = 0;

  /** @param perSecond requests a second at the most; undefined for no limit */
  constructor(perSecond?: number) {
    this.#floorMs = perSecond === undefined ? 0 : 1000 / perSecond;
    this.#gapMs = this.#floorMs;
  }

  async turn(signal?: AbortSignal): Promise<void> {
    if (this.#gapMs === 0) return;
    const now = performance.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#gapMs;
    if (at > now) await pause(at - now, signal);
  }

  slowDown(): void {
    this.#calm = 0;
    this.#gapMs = Math.min(Math.max(this.#gapMs * 2, 100), 10_000);
  }

  answered(): void {
    this.#calm += 1;
    if (this.#calm < 100) return;
    this.#calm = 0;
    this.#gapMs = this.#gapMs / 2 < 50 ? this.#floorMs : Math.max(this.#floorMs, this.#gapMs / 2);
  }
}
