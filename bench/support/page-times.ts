import { serveFixture } from '../../test/support/fixture-server.ts';

export interface PageTime {
  page: string;
  /** The first request of a process. */
  coldMs: number;
  /** The first after a commit, in a process that has served the page before: median of three. */
  changedMs: number;
  /** With other choices, never asked for: median of five. */
  otherMs: number;
  /** Asked for again: median of five. */
  warmMs: number;
  htmlKb: number;
  /** Of the drawing that has the most. */
  marks: number;
}

const median = (list: number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;

/** Asks a fresh service for one page, to the last byte. Call in a process of its own. */
export async function timePage(path: string, page: string): Promise<PageTime> {
  const service = await serveFixture({ path, runs: 0 });
  try {
    const ask = async (query = ''): Promise<{ ms: number; html: string }> => {
      const began = performance.now();
      const response = await fetch(service.origin + page + query);
      const html = await response.text();
      if (!response.ok) throw new Error(`${page}: ${response.status}`);
      return { ms: performance.now() - began, html };
    };
    const { ms: coldMs, html } = await ask();
    const warm: number[] = [];
    for (let round = 0; round < 5; round++) warm.push((await ask()).ms);
    const changed: number[] = [];
    for (let round = 0; round < 3; round++) {
      await service.store.write((connection) =>
        connection.run('update mirror.state set data_version = data_version + 1'),
      );
      changed.push((await ask()).ms);
    }
    const other: number[] = [];
    for (let days = 31; days < 36; days++) other.push((await ask(`?since=last_${days}d`)).ms);
    const drawings = html.split('<svg ').slice(1);
    const marks = Math.max(0, ...drawings.map((it) => it.split('<path ').length - 1));
    return {
      page,
      coldMs,
      changedMs: median(changed),
      otherMs: median(other),
      warmMs: median(warm),
      htmlKb: html.length / 1024,
      marks,
    };
  } finally {
    await service.close();
  }
}
