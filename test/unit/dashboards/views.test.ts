import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFixtureMirror } from '../../support/fixture-mirror.ts';

let mirror: Awaited<ReturnType<typeof openFixtureMirror>>;
beforeAll(async () => {
  mirror = await openFixtureMirror();
});
afterAll(() => mirror.store.close());

const rows = async (sql: string) => (await mirror.engine.query(sql)).rows;

it('run_days counts each run once, as it ended', async () => {
  const sums = 'sum(runs), sum(finished), sum(failed), sum(killed), sum(ended)';
  const [days] = await rows(`select ${sums} from run_days`);
  const [direct] =
    await rows(`select count(*), count_if(status = 'FINISHED'), count_if(status = 'FAILED'),
    count_if(status = 'KILLED'), count_if(end_time is not null) from runs`);
  expect(days).toEqual(direct);
});

it('metric_progress follows the metric in the direction that is better', async () => {
  const ends = (key: string) =>
    rows(`select min(direction), max_by(best, started_at) from metric_progress
      where experiment_id = '1' and key = '${key}'`);
  const values = (key: string, fn: string) =>
    rows(`select ${fn}(value) from metric_trends
      where experiment_id = '1' and key = '${key}' and not isnan(value)`);
  expect(await ends('val_loss')).toEqual([['minimize', (await values('val_loss', 'min'))[0]?.[0]]]);
  expect(await ends('val_accuracy')).toEqual([
    ['maximize', (await values('val_accuracy', 'max'))[0]?.[0]],
  ]);
});

it('metric_values guesses which way a metric is better from the words of its name', async () => {
  const less = ['val_loss', 'predict_ms_per_row', 'model_kib', 'eval/latency.ms', 'nll'];
  const more = ['accuracy', 'f1_macro', 'neg_log_loss', 'mb_per_second', 'forms', 'tokens_per_sec'];
  const { store, engine } = await openFixtureMirror();
  try {
    for (const key of [...less, ...more]) {
      await store.write(async (connection) => {
        await connection.run(
          'insert into mirror.metrics by name select 1 as run_no, $1 as key, 1 as stored, 0 as step, 0 as logged_ms',
          [key],
        );
      });
    }
    const guessed = await engine.query(`select key, direction from metric_values
      where run_id = (select run_id from mirror.runs where run_no = 1)`);
    const ways = new Map(guessed.rows.map(([key, way]) => [key, way]));
    for (const key of less) expect([key, ways.get(key)]).toEqual([key, 'minimize']);
    for (const key of more) expect([key, ways.get(key)]).toEqual([key, 'maximize']);
  } finally {
    await store.close();
  }
});

it('ranked_runs puts the best first and NaN nowhere', async () => {
  const [best] = await rows(`select value from ranked_runs
    where experiment_id = '1' and key = 'val_loss' and place = 1`);
  const [least] = await rows(`select min(value) from metric_trends
    where experiment_id = '1' and key = 'val_loss'`);
  expect(best).toEqual(least);
  expect(
    await rows('select count(*) from ranked_runs where isnan(value) and place is not null'),
  ).toEqual([[0n]]);
  expect(await rows('select count(*) from ranked_runs where isnan(value)')).not.toEqual([[0n]]);
});

it('user_runs and sync_pace lose no row of what they show', async () => {
  expect(await rows('select count(*) from user_runs')).toEqual(
    await rows('select count(*) from active_runs'),
  );
  expect(await rows('select sync_id, seconds, changed from sync_pace order by sync_id')).toEqual([
    [1n, 5, 400n],
    [2n, 0.9, 3n],
  ]);
});
