import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watch } from '../../../src/cli/watch.ts';
import type { OpenDashboards } from '../../../src/dashboards/load.ts';
import { createLogger } from '../../../src/log.ts';
import type { OpenCatalog } from '../../../src/queries/catalog.ts';

let folder: string;
let stop: () => void = () => undefined;
/** What lay in the folder each time it was read. */
let seen: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runlens-watch-'));
  seen = [];
  const reload = (): Promise<void> => Promise.resolve();
  stop = watch({
    folders: [join(folder, 'queries')],
    catalog: { reload } as unknown as OpenCatalog,
    dashboards: { reload } as unknown as OpenDashboards,
    check: () => {
      seen.push(readdirSync(join(folder, 'queries')).join());
      return Promise.resolve([]);
    },
    log: createLogger('silent'),
    onReload: () => undefined,
  });
});
afterEach(() => {
  stop();
  rmSync(folder, { recursive: true });
});

const SOON = { timeout: 20_000 };

const make = (): void => mkdirSync(join(folder, 'queries'));
const write = (name: string): void => writeFileSync(join(folder, 'queries', name), '');
it('goes on in a folder that was taken away and brought back', async () => {
  make();
  write('a');
  await vi.waitFor(() => expect(seen.at(-1)).toBe('a'), SOON);
  rmSync(join(folder, 'queries'), { recursive: true });
  make();
  write('b');
  await vi.waitFor(() => expect(seen.at(-1)).toBe('b'), SOON);
  write('c');
  await vi.waitFor(() => expect(seen.at(-1)).toBe('b,c'), SOON);
  rmSync(join(folder, 'queries'), { recursive: true });
  make();
  write('d');
  await vi.waitFor(() => expect(seen.at(-1)).toBe('d'), SOON);
});
