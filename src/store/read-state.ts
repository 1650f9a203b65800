import type { Reader, Value } from '../engine/engine.ts';
import type { MirrorState } from './state.ts';

const STATE = `
select m.data_version, s.source, s.tracking_uri, s.last_sync_at, s.last_sweep_at, s.error
from mirror.state m
left join mirror.sources s on true
order by s.source`;

const time = (value: Value | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

export async function readState(reader: Reader): Promise<MirrorState> {
  const { rows } = await reader.query(STATE);
  const sources = rows
    .filter(([, source]) => source !== null)
    .map(([, source, uri, lastSync, lastSweep, error]) => ({
      source: String(source),
      trackingUri: String(uri),
      lastSyncAt: time(lastSync),
      lastSweepAt: time(lastSweep),
      error: error === null || error === undefined ? null : String(error),
    }));
  const synced = sources.map((source) => source.lastSyncAt);
  const asOf =
    synced.length === 0 || synced.includes(null) ? null : Math.min(...synced.map(Number));
  return { dataVersion: Number(rows[0]?.[0] ?? 0), asOf, sources };
}
