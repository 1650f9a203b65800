/** The others at work on the same items. */
export interface Crew<T> {
  /** Whether one of them has nothing to do. */
  readonly idle: boolean;
  /** Hands on an item that came up during the work. */
  add(item: T): void;
}

/**
 * Works through items with so many at a time. The first failure stops further items from beginning,
 * and is thrown once those under way have ended.
 */
export function forEachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, crew: Crew<T>) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const failures: unknown[] = [];
  let busy = 0;
  return new Promise((resolve, reject) => {
    const crew: Crew<T> = {
      get idle() {
        return busy < atOnce && queue.length === 0 && failures.length === 0;
      },
      add(item) {
        queue.push(item);
        begin();
      },
    };
    const one = async (item: T): Promise<void> => {
      try {
        await work(item, crew);
      } catch (error) {
        failures.push(error);
      }
      busy -= 1;
      begin();
    };
    const begin = (): void => {
      while (busy < atOnce && queue.length > 0 && failures.length === 0) {
        busy += 1;
        void one(queue.shift() as T);
      }
      if (busy > 0) return;
      if (failures.length > 0) reject(failures[0]);
      else resolve();
    };
    begin();
  });
}

/** Consecutive parts of at most `size` items. */
export function chunked<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}
