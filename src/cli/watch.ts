import { existsSync, watch as watchFolder, type FSWatcher } from 'node:fs';
import type { OpenDashboards } from '../dashboards/load.ts';
import { toRunlensError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { OpenCatalog } from '../queries/catalog.ts';
import type { Finding } from '../queries/check-finding.ts';

export interface WatchOptions {
  folders: readonly string[];
  catalog: OpenCatalog;
  dashboards: OpenDashboards;
  /** All that is wrong with the files as they are now. */
  check: () => Promise<readonly Finding[]>;
  log: Logger;
  /** Called after the files were read anew, also when one of them is broken. */
  onReload: () => void;
}

/** Editors write in several steps: the files are read once they have been quiet for so long. */
const QUIET_MS = 120;

/** How often a folder that is away is looked for: to check out another branch may take it, and bring it back. */
const AWAY_MS = 500;

/**
 * Reads queries and dashboards anew when one of their files changes, and at once. A broken file
 * leaves the last good version up and is told, with its line. Gives back a function that stops
 * watching.
 */
export function watch({ folders, onReload, ...options }: WatchOptions): () => void {
  const { log } = options;
  let due: NodeJS.Timeout | undefined;
  let reloading: Promise<void> = Promise.resolve();
  const read = async (): Promise<void> => {
    try {
      await readAnew(options);
    } catch (thrown) {
      // A file or a folder that went away while it was read; the next change reads again.
      const { code, message } = toRunlensError(thrown);
      log.error({ code }, message);
    }
    onReload();
  };
  const reload = (): void => {
    watchAnew();
    reloading = reloading.then(read);
  };
  const reloadIn = (ms: number, then: () => void = reload): void => {
    clearTimeout(due);
    due = setTimeout(then, ms);
  };
  const reloadWhenBack = (): void => {
    if (folders.every((folder) => existsSync(folder))) reload();
    else reloadIn(AWAY_MS, reloadWhenBack);
  };
  const watchOne = (folder: string): FSWatcher[] => {
    const ended = (error: unknown): void => log.error({ folder, err: error }, 'watching ended');
    try {
      return [watchFolder(folder, () => reloadIn(QUIET_MS)).on('error', ended)];
    } catch (error) {
      // It went away a moment ago, or the system watches no more files.
      if (existsSync(folder)) ended(error);
      return [];
    }
  };
  let watchers: FSWatcher[] = [];
  // Before the files are read, so that no change comes between; a folder made again is another one.
  const watchAnew = (): void => {
    for (const watcher of watchers) watcher.close();
    watchers = folders.filter((folder) => existsSync(folder)).flatMap(watchOne);
    if (!folders.every((folder) => existsSync(folder))) reloadIn(AWAY_MS, reloadWhenBack);
  };
  reload();
  return () => {
    clearTimeout(due);
    for (const watcher of watchers) watcher.close();
  };
}

async function readAnew({
  catalog,
  dashboards,
  check,
  log,
}: Omit<WatchOptions, 'folders' | 'onReload'>): Promise<void> {
  const errors = (await check()).filter((it) => it.severity === 'error');
  for (const { file, line, message } of errors) log.error({ file, line }, message);
  // A view that a dashboard cannot be shown with any more is no better than one that does not compile.
  if (await dashboards.reload(errors)) return;
  try {
    await catalog.reload();
  } catch (thrown) {
    // The check has told of it, unless it was written between the two.
    const { code, message } = toRunlensError(thrown);
    log.error({ code }, message);
  }
}
