import type { Snapshot } from './snapshot.ts';

/** Chosen runs that follow each other: from a position up to before another. */
export interface Window {
  from: number;
  to: number;
  /** Between these numbers lie its runs: told to the engine, which passes over what is outside. */
  lowest: bigint;
  highest: bigint;
}

/**
 * All chosen runs in windows.
 * @param length runs a window; the last one may have fewer
 */
export async function windowsOf(
  snapshot: Snapshot,
  rows: number,
  length: number,
): Promise<Window[]> {
  const found = await snapshot.rows(
    `select pos // $1 as number, min(run_no), max(run_no) from chosen group by number order by number`,
    [BigInt(length)],
  );
  return found.map(([, lowest, highest], number) => ({
    from: number * length,
    to: Math.min((number + 1) * length, rows),
    lowest: BigInt(String(lowest)),
    highest: BigInt(String(highest)),
  }));
}

/** $1 and $2 of a statement are positions, the second excluded; $3 and $4 are run numbers. */
export const bounds = ({ from, to, lowest, highest }: Window): bigint[] => [
  BigInt(from),
  BigInt(to),
  lowest,
  highest,
];
