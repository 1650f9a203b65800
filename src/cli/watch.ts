import { watch as watchFolder } from 'node:fs';
import type { OpenDashboards } from '../dashboards/load.ts';
import { toRunlensError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { OpenCatalog } from '../queries/catalog.ts';

export interface WatchOptions {
  folders: readonly string[];
  catalog: OpenCatalog;
  dashboards: OpenDashboards;
  log: Logger;
  /** Called after the files were read anew, also when one of them is broken. */
  onReload: () => void;
}

/** Editors write in several steps: the files are read once they have been quiet for so long. */
const QUIET_MS = 120;

/**
 * Reads queries and dashboards anew when one of their files changes. A broken file leaves the last good
 * version up and is told, with its line. Gives back a function that stops watching.
 */
export function watch({ folders, catalog, dashboards, log, onReload }: WatchOptions): () => void {
  let due: NodeJS.Timeout | undefined;
  let reloading: Promise<void> = Promise.resolve();
  const reload = async (): Promise<void> => {
    try {
      await catalog.reload();
    } catch (thrown) {
      const error = toRunlensError(thrown);
      log.error({ code: error.code }, error.message);
    }
    await dashboards.reload();
    for (const { file, line, message } of dashboards.problems()) log.error({ file, line }, message);
    onReload();
  };
  const watchers = folders.map((folder) =>
    watchFolder(folder, () => {
      clearTimeout(due);
      due = setTimeout(() => {
        reloading = reloading.then(reload);
      }, QUIET_MS);
    }),
  );
  return () => {
    clearTimeout(due);
    for (const watcher of watchers) watcher.close();
  };
}
