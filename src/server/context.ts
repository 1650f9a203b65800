import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Registry } from 'prom-client';
import type { Reader } from '../engine/engine.ts';
import { ChartRenderer } from '../render/chart.ts';
import { formatDuration } from '../render/format.ts';
import type { MirrorState } from '../store/state.ts';
import type { Assets } from '../web/assets.ts';
import type { Frame } from '../web/layout.tsx';
import { BodyCache, type Body } from './cache.ts';
import type { ServerDeps } from './deps.ts';

/** What the routes share: the dependencies, and how an answer is made, cached and stamped. */
export interface ServerContext {
  deps: ServerDeps;
  assets: Assets;
  renderer: ChartRenderer;
  registry: Registry;
  frame: (c: Context) => Frame;
  /**
   * Answers with an ETag of the data version and the key, from the cache when it can, with 304
   * when the asker has it already.
   */
  answer: (c: Context, key: readonly unknown[], make: () => Promise<Body>) => Promise<Response>;
  /** Reads one state of the mirror, and says which. */
  readWhole: <T>(read: (reader: Reader) => Promise<T>) => Promise<{ state: MirrorState; value: T }>;
}

const HOUR = 3_600_000;

export function createContext(deps: ServerDeps, assets: Assets, registry: Registry): ServerContext {
  const cache = new BodyCache();
  const stale = (): string | undefined => staleness(deps);
  return {
    deps,
    assets,
    renderer: new ChartRenderer(),
    registry,
    frame: (c) => ({
      assets,
      dashboards: deps.dashboards.list(),
      state: deps.state(),
      stale: stale(),
      problems: deps.authoring ? deps.dashboards.problems() : [],
      theme: themeOf(getCookie(c, 'theme')),
      version: deps.version,
    }),
    async answer(c, key, make) {
      const state = deps.state();
      // Relative periods move on by the hour at the most.
      const hour = Math.floor(deps.clock.now() / HOUR);
      const whole = [state, deps.revision?.() ?? 0, hour, stale(), ...key];
      const hash = createHash('sha256').update(JSON.stringify(whole)).digest('base64url');
      const etag = `W/"${state.dataVersion}-${hash.slice(0, 16)}"`;
      c.header('ETag', etag);
      c.header('Cache-Control', 'private, no-cache');
      c.header('Vary', 'Accept, Cookie');
      stamp(c, state);
      const known = c.req.header('If-None-Match')?.split(',') ?? [];
      if (known.some((it) => it.trim() === etag)) return c.body(null, 304);
      const { body, type } = await cache.get(hash, make);
      return c.body(body, 200, { 'Content-Type': type });
    },
    async readWhole(read) {
      for (let attempt = 1; ; attempt++) {
        const state = deps.state();
        const value = await deps.engine.snapshot(read);
        // A commit between the two would put one version's number on another's rows.
        if (deps.state().dataVersion === state.dataVersion || attempt === 3)
          return { state, value };
      }
    },
  };
}

/** Every data response says which state of the mirror it shows. */
export function stamp(c: Context, { dataVersion, asOf }: MirrorState): void {
  c.header('Runlens-Data-Version', String(dataVersion));
  if (asOf !== null) c.header('Runlens-As-Of', new Date(asOf).toISOString());
}

export const themeOf = (text: string | undefined): 'light' | 'dark' | undefined =>
  text === 'light' || text === 'dark' ? text : undefined;

function staleness({ state, clock, staleAfterMs }: ServerDeps): string | undefined {
  const { sources, asOf } = state();
  const failed = sources.find((it) => it.error !== null);
  if (failed !== undefined) {
    return `The last sync of ${failed.source} failed, so this is older data: ${failed.error}`;
  }
  if (asOf === null) return 'The first sync has not ended yet: there may be more runs than shown.';
  const age = clock.now() - asOf;
  if (staleAfterMs === undefined || age < staleAfterMs) return undefined;
  return `The last sync ended ${formatDuration(age)} ago.`;
}
