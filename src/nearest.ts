/** What one says of a key that a file may not have; `nearest` follows. */
export const UNKNOWN_KEY = 'there is no such key';

/** Says what may have been meant, when something is spelled nearly the same. */
export function nearest(name: string, known: readonly string[]): string {
  const best = meant(name, known);
  return best === undefined ? '' : `: did you mean ${best}?`;
}

/** The known name that is spelled the most alike, if one is nearly the same. */
export function meant(name: string, known: readonly string[]): string | undefined {
  const most = Math.floor((name.length + 1) / 3);
  const [best] = known
    // An address may hold names of any length.
    .filter((it) => Math.abs(it.length - name.length) <= most)
    .map((it) => ({ it, distance: distance(name.toLowerCase(), it.toLowerCase()) }))
    .filter((one) => one.distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return best?.it;
}

/** How many letters to add, drop or change, at the least. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
