import type { MirrorState } from '../store/state.ts';

/** A finished answer, ready to be sent again. */
export interface Body {
  body: string | Uint8Array<ArrayBuffer>;
  type: string;
  /** What it shows of the mirror, if anything. */
  state?: MirrorState;
}

export interface BodyCacheOptions {
  maxBytes?: number;
}

/**
 * Answers by key, the longest unused going first. Keys hold the data version, so nothing here is
 * ever wrong, only old. Askers of the same key while it is being made share the one making.
 */
export class BodyCache {
  readonly #maxBytes: number;
  readonly #bodies = new Map<string, Body>();
  readonly #making = new Map<string, Promise<Body>>();
  #bytes = 0;

  constructor({ maxBytes = 64 * 1024 * 1024 }: BodyCacheOptions = {}) {
    this.#maxBytes = maxBytes;
  }

  async get(key: string, make: () => Promise<Body>): Promise<Body> {
    const kept = this.#bodies.get(key);
    if (kept !== undefined) {
      this.#bodies.delete(key);
      this.#bodies.set(key, kept);
      return kept;
    }
    const making = this.#making.get(key) ?? this.#make(key, make);
    return making;
  }

  async #make(key: string, make: () => Promise<Body>): Promise<Body> {
    const promise = make();
    this.#making.set(key, promise);
    try {
      const body = await promise;
      this.#keep(key, body);
      return body;
    } finally {
      this.#making.delete(key);
    }
  }

  #keep(key: string, body: Body): void {
    this.#bodies.set(key, body);
    this.#bytes += sizeOf(key, body);
    for (const [oldest, old] of this.#bodies) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#bodies.delete(oldest);
      this.#bytes -= sizeOf(oldest, old);
    }
  }
}

/** JavaScript holds text as two bytes a letter at the most. */
const sizeOf = (key: string, { body }: Body): number =>
  2 * key.length + (typeof body === 'string' ? 2 * body.length : body.byteLength);
