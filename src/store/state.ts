/** Where the embedded sample is, said in place of an address. */
export const SAMPLE = 'the embedded sample';

/** How fresh the mirror is: what pages, exports and ETags say of it. Times are ms since 1970 UTC. */
export interface SourceState {
  source: string;
  trackingUri: string;
  /** End of the last completed sync; null before the first. */
  lastSyncAt: number | null;
  /** End of the last completed sweep; null before the first. */
  lastSweepAt: number | null;
  /** Why the newest sync failed, in one line; null when it did not. */
  error: string | null;
}

export interface MirrorState {
  /** Grows with every commit that changed what readers see. */
  dataVersion: number;
  /** The oldest `lastSyncAt` of all sources: everything shown is at least this fresh; null before the first sync. */
  asOf: number | null;
  sources: SourceState[];
}

/** Whether all that is shown are runs of the embedded sample, which are no team's own. */
export const isSample = ({ sources }: MirrorState): boolean =>
  sources.length > 0 && sources.every(({ trackingUri }) => trackingUri === SAMPLE);
