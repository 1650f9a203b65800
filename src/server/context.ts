import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Registry } from 'prom-client';
import type { Reader } from '../engine/engine.ts';
import { RunlensError } from '../errors.ts';
import { ChartRenderer } from '../render/chart.ts';
import { formatDuration } from '../render/format.ts';
import { readState } from '../store/read-state.ts';
import type { MirrorState } from '../store/state.ts';
import type { Assets } from '../web/assets.ts';
import type { Frame } from '../web/layout.tsx';
import { BodyCache, type Body } from './cache.ts';
import type { ServerDeps } from './deps.ts';
import { KeptRows } from './kept-rows.ts';
import { sendBody } from './packed.ts';

/** What the routes share: the dependencies, and how an answer is made, cached and stamped. */
export interface ServerContext {
  deps: ServerDeps;
  assets: Assets;
  renderer: ChartRenderer;
  registry: Registry;
  frame: (c: Context) => Frame;
  /**
   * Answers with an ETag of the state that the body shows and the key, from the cache when it can, with
   * 304 when the asker has it already.
   */
  answer: (c: Context, key: readonly unknown[], make: () => Promise<Body>) => Promise<Response>;
  /** Reads one state of the mirror, and says which. */
  readWhole: ReadWhole;
  /** The same for pages and panels, which ask much of one state again. */
  readKept: ReadWhole;
}

type ReadWhole = <T>(
  read: (reader: Reader, state: MirrorState) => Promise<T>,
) => Promise<{ state: MirrorState; value: T }>;

const HOUR = 3_600_000;

export function createContext(deps: ServerDeps, assets: Assets, registry: Registry): ServerContext {
  const cache = new BodyCache();
  const kept = new KeptRows();
  const revision = (): number => deps.revision?.() ?? 0;
  const readWhole: ReadWhole = (read) =>
    deps.engine.snapshot(async (reader) => {
      const state = await readState(reader);
      return { state, value: await read(reader, state) };
    });
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
      // Relative periods move on by the hour at the most.
      const hour = Math.floor(deps.clock.now() / HOUR);
      const others = [revision(), hour, stale(), ...key];
      const tag = (state: MirrorState) => {
        const whole = JSON.stringify([state, ...others]);
        const hash = createHash('sha256').update(whole).digest('base64url');
        return { hash, etag: `W/"${state.dataVersion}-${hash.slice(0, 16)}"` };
      };
      c.header('Cache-Control', 'private, no-cache');
      c.header('Vary', 'Accept, Cookie');
      const state = deps.state();
      const { hash, etag } = tag(state);
      if (isKnown(c, etag)) {
        stamp(c, state);
        return c.body(null, 304, { ETag: etag });
      }
      const body = await cache.get(hash, make);
      // A commit may have come between the asking and the reading.
      const { state: shown = state } = body;
      stamp(c, shown);
      c.header('ETag', tag(shown).etag);
      return sendBody(c, body);
    },
    readWhole,
    readKept: (read) =>
      readWhole((reader, state) => {
        const of = JSON.stringify([state, revision()]);
        return read(kept.over(of, reader), state);
      }),
  };
}

/** Every data response says which state of the mirror it shows. */
export function stamp(c: Context, { dataVersion, asOf }: MirrorState): void {
  c.header('Runlens-Data-Version', String(dataVersion));
  if (asOf !== null) c.header('Runlens-As-Of', new Date(asOf).toISOString());
}

/** Whether the asker has what this tag names. A proxy may have made the tag weak, or taken the W/ away. */
export function isKnown(c: Context, etag: string): boolean {
  const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');
  const known = c.req.header('If-None-Match')?.split(',') ?? [];
  return known.some((it) => opaque(it) === opaque(etag));
}

type Theme = Frame['theme'];

const themeOf = (text: string | undefined): Theme =>
  text === 'light' || text === 'dark' ? text : undefined;

/**
 * The `theme` of a file's address.
 * @throws RunlensError BAD_REQUEST for one that there is not
 */
export function askedTheme(query: URLSearchParams): Theme {
  const text = query.get('theme');
  const theme = themeOf(text ?? undefined);
  if (text === null || theme !== undefined) return theme;
  throw new RunlensError('BAD_REQUEST', 'theme is light or dark', { field: 'theme' });
}

function staleness({ state, clock, staleFrom }: ServerDeps): string | undefined {
  const { sources, asOf } = state();
  const failed = sources.find((it) => it.error !== null);
  if (failed !== undefined) {
    const so =
      failed.lastSyncAt === null ? 'there may be more runs than shown' : 'this is older data';
    return `The last sync of ${failed.source} failed, so ${so}: ${failed.error}`;
  }
  if (asOf === null) return 'The first sync has not ended yet: there may be more runs than shown.';
  const now = clock.now();
  for (const { source, lastSyncAt } of sources) {
    if (lastSyncAt === null || now < (staleFrom?.(source, lastSyncAt) ?? Infinity)) continue;
    return `The last sync of ${source} ended ${formatDuration(now - lastSyncAt)} ago.`;
  }
  return undefined;
}
