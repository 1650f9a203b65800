import type { DuckDBConnection } from '@duckdb/node-api';
import type { Clock } from '../clock.ts';
import { KnownRuns } from '../ingest/known-runs.ts';
import type { Mirror, NewestRuns, RunRef } from '../ingest/mirror.ts';
import { advanceCursors, newestRuns, openRuns, readCursors } from './cursors.ts';
import { bumpDataVersion } from './data-version.ts';
import { areHeld, saveExperiments } from './experiments.ts';
import { readRows } from './read-rows.ts';
import { withStagedRuns, writeStagedRuns } from './run-loader.ts';
import type { Store } from './store.ts';
import * as sweep from './sweep-state.ts';
import { finishSync, startSync } from './sync-log.ts';

/** The ingester's contract over the store's write queue. */
export function createMirror(store: Store, clock: Clock): Mirror {
  /** These change with the data only: a refresh that found nothing leaves them to the next. */
  const newest = ofDataVersion<readonly NewestRuns[]>(store, newestRuns);
  const open = ofDataVersion<readonly RunRef[]>(store, openRuns);
  const known = new Map<string, KnownRuns>();
  const knownRuns = (source: string): KnownRuns => {
    const runs = known.get(source) ?? new KnownRuns();
    known.set(source, runs);
    return runs;
  };
  const sweepPositions = (source: string) =>
    store.engine.withConnection((c) => sweep.sweepPositions(c, source));
  return {
    spoolFolder: store.workFolder,

    startSync: (source, trackingUri, mode) =>
      store.write((c) => startSync(c, { source, trackingUri, mode, nowMs: clock.now() })),
    finishSync: (source, syncId, outcome) =>
      store.write((c) => finishSync(c, source, syncId, outcome, clock.now())),
    saveExperiments: async (source, experiments) => {
      // Hardly ever do they change: that is seen without a write.
      const same = await store.engine.withConnection((c) => areHeld(c, source, experiments));
      if (!same) await store.write((c) => saveExperiments(c, source, experiments));
    },
    loadRuns: async ({ source, files, digests, positions = [], advance, after }) => {
      const remember = async (c: DuckDBConnection): Promise<void> => {
        await sweep.savePositions(c, source, positions);
        if (advance !== undefined) await advanceCursors(c, source, advance);
      };
      if (files.length === 0) {
        await after;
        await store.write(remember);
        return { seen: 0, inserted: 0, updated: 0, unchanged: 0 };
      }
      const refreshes = positions.length === 0;
      // Reading and writing at once load faster; whoever looks at pages meanwhile waits for both.
      if (refreshes || store.engine.isRead) await after;
      const load = () =>
        store.engine.withConnection((staged) =>
          withStagedRuns(staged, files, async () => {
            await after;
            return store.write(async (c) => {
              const written = await writeStagedRuns(c, source);
              await remember(c);
              return written;
            }, staged);
          }),
        );
      const counts = refreshes ? await load() : await store.engine.load(load);
      if (digests !== undefined) knownRuns(source).hold(digests);
      else if (counts.inserted + counts.updated > 0) knownRuns(source).forget();
      return counts;
    },
    knownRuns,

    lastSweep: (source) =>
      store.engine.withConnection(async (c) => {
        const [row] = await readRows(
          c,
          'select last_sweep_at, sweep_took_ms from mirror.sources where source = $1',
          [source],
        );
        if (row === undefined || row['last_sweep_at'] === null) return null;
        return { endedMs: Number(row['last_sweep_at']), tookMs: Number(row['sweep_took_ms']) };
      }),
    sweepPositions,
    beginSweep: (source, experimentIds, restart) =>
      store.write(async (c) => {
        if (restart) await sweep.forgetSweep(c, source);
        await sweep.addToSweep(c, source, experimentIds, clock.now());
      }),
    unseenRuns: (source, limit) =>
      store.engine.withConnection((c) => sweep.unseenRuns(c, source, limit)),
    seenRun: (source) => store.engine.withConnection((c) => sweep.seenRun(c, source)),
    removeRuns: (source, runIds) => {
      knownRuns(source).forget();
      return store.write((c) =>
        sweep.removeRuns(
          c,
          `source = $1 and run_id in (select unnest(from_json($2, '["VARCHAR"]')))`,
          [source, JSON.stringify(runIds)],
        ),
      );
    },
    removeExperiments: (source, experimentIds) => {
      knownRuns(source).forget();
      return store.write(async (c) => {
        const which = `source = $1 and experiment_id in (select unnest(from_json($2, '["VARCHAR"]')))`;
        const values = [source, JSON.stringify(experimentIds)];
        const removed = await sweep.removeRuns(c, which, values);
        for (const table of ['experiments', 'experiment_tags', 'cursors', 'sweep_progress']) {
          await c.run(`delete from mirror.${table} where ${which}`, values);
        }
        await bumpDataVersion(c);
        return removed;
      });
    },
    endSweep: async (source, tookMs, whole) => {
      await store.write(async (c) => {
        const swept = await sweep.sweepPositions(c, source);
        if (swept.length > 0) {
          await advanceCursors(c, source, {
            experimentIds: swept.map((position) => position.experimentId),
            nowMs: swept.reduce((low, one) => Math.min(low, one.startedMs), Infinity),
          });
        }
        await sweep.forgetSweep(c, source);
        if (!whole) return;
        await c.run(
          'update mirror.sources set last_sweep_at = $2, sweep_took_ms = $3 where source = $1',
          [source, BigInt(clock.now()), BigInt(Math.round(tookMs))],
        );
      });
      await store.checkpoint();
    },

    cursors: (source) => store.engine.withConnection((c) => readCursors(c, source)),
    newestRuns: newest,
    openRuns: open,
    experimentIds: (source) =>
      store.engine.withConnection(async (c) => {
        const rows = await readRows(
          c,
          'select experiment_id from mirror.experiments where source = $1',
          [source],
        );
        return rows.map((row) => String(row['experiment_id']));
      }),
  };
}

/** What is read of a source, kept for as long as the data is as it was. */
function ofDataVersion<T>(
  store: Store,
  read: (connection: DuckDBConnection, source: string) => Promise<T>,
): (source: string) => Promise<T> {
  const kept = new Map<string, { dataVersion: number; value: T }>();
  return async (source) => {
    const { dataVersion } = store.state();
    const last = kept.get(source);
    if (last?.dataVersion === dataVersion) return last.value;
    const value = await store.engine.withConnection((c) => read(c, source));
    kept.set(source, { dataVersion, value });
    return value;
  };
}
