import { describe as suite, expect, it } from 'vitest';
import { describe } from '../../../src/cli/progress.ts';
import type { SyncProgress } from '../../../src/ingest/sync.ts';

const progress = (more: Partial<SyncProgress> = {}): SyncProgress => ({
  source: 'default',
  phase: 'sweep',
  experimentsDone: 0,
  experiments: 10,
  runs: 0,
  ...more,
});

suite('the line of a sync under way', () => {
  it('begins empty', () => {
    expect(describe([progress({ phase: 'experiments', experiments: 0 })], 100)).toBe(
      `${'░'.repeat(24)} 0/0 experiments, 0 runs experiments`,
    );
  });

  it('has rate and time left once there is something to judge by', () => {
    expect(describe([progress({ experimentsDone: 5, runs: 3000 })], 10_000)).toBe(
      `${'█'.repeat(12)}${'░'.repeat(12)} 5/10 experiments, 3000 runs (300/s, 10 s left) sweep`,
    );
    expect(describe([progress({ experimentsDone: 1, runs: 10 })], 60_000)).toContain('9 min left');
  });

  it('adds up several sources', () => {
    const all = [
      progress({ experimentsDone: 10, runs: 7 }),
      progress({ runs: 5, experiments: 30 }),
    ];
    expect(describe(all, 500)).toBe(
      `${'█'.repeat(6)}${'░'.repeat(18)} 10/40 experiments, 12 runs sweep`,
    );
  });
});
