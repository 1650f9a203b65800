import type { Store } from '../../src/store/store.ts';
import { FIXTURE_NOW } from './fixture-mirror.ts';

const HOUR = 3_600_000;
const TWO_YEARS = 2 * 365 * 24 * HOUR;
const EXPERIMENTS = 50;

/** As many as a first sync loads at once. */
const BATCH = 57_000;

/** A number of 0 to 1, always the same of a run and a name. */
const dice = (name: string): string => `(hash(i, '${name}') % 1000000) / 1000000.0`;

/**
 * Fills an empty mirror as a first sync of a server would: 50 experiments one after the other, 200
 * users, the two years up to the fixtures' now, every status; 10 of 40 metrics, 15 params and 8 tags a run; 1% NaN, 0.2% Infinity.
 */
export async function generateMirror(store: Store, runs: number): Promise<void> {
  const each = Math.ceil(runs / EXPERIMENTS);
  const began = FIXTURE_NOW - TWO_YEARS;
  await store.write(async (connection) => {
    const users = `'user-' || cast(floor(pow(${dice('user')}, 2) * 200) as integer)`;
    for (const sql of [
      `insert into mirror.sources values
         ('default', 'http://127.0.0.1:5000', ${FIXTURE_NOW}, ${FIXTURE_NOW}, 60000, null)`,
      `insert into mirror.experiments
       select 'default', cast(i as varchar), 'experiment ' || i, 'active',
         'mlflow-artifacts:/' || i, ${began}, ${began}, i
       from range(1, ${EXPERIMENTS + 1}) t(i)`,
      `insert into mirror.runs
       select i + 1, 'default', md5(cast(i as varchar)), cast(i // ${each} + 1 as varchar), 'run-' || i,
         ${users}, status, 'active', start_ms,
         case
           when status <> 'RUNNING'
           then start_ms + cast(${dice('took')} * ${2 * HOUR} as bigint)
         end,
         'mlflow-artifacts:/' || (i // ${each} + 1) || '/' || md5(cast(i as varchar)) || '/artifacts',
         'train.py', 'LOCAL', null, null, null, hash(i), utc_timestamp(start_ms),
         date_trunc('day', utc_timestamp(start_ms)), null, null, null
       from (
         select i,
           ${began} + (i % ${each}) * ${Math.floor(TWO_YEARS / each)} + i // ${each} as start_ms,
           case
             when ${dice('status')} < 0.9 then 'FINISHED'
             when ${dice('status')} < 0.96 then 'FAILED'
             when ${dice('status')} < 0.99 then 'KILLED'
             else 'RUNNING'
           end as status
         from range(${runs}) t(i)
       ) r order by i`,
      `insert into mirror.params
       select i + 1, 'param_' || k, cast(hash(i, k) % 1000000 / 1000.0 as varchar)
       from range(${runs}) t(i), range(15) s(k) order by i`,
      `insert into mirror.tags
       select i + 1,
         case k when 0 then 'mlflow.user' when 1 then 'mlflow.source.name' when 2 then 'mlflow.runName'
           else 'tag_' || k end,
         case k when 0 then ${users} when 1 then 'train.py' when 2 then 'run-' || i
           else 'value-' || (hash(i, k) % 50) end
       from range(${runs}) t(i), range(8) s(k) order by i`,
      `insert into mirror.syncs
       select i + 1, 'default', 'incremental', ${FIXTURE_NOW} - (20000 - i) * 300000,
         ${FIXTURE_NOW} - (20000 - i) * 300000 + 400 + hash(i) % 900, 'completed', 3, 0, 40, 4, 2,
         34, 0, i + 1, null
       from range(20000) t(i)`,
      `update mirror.state set data_version = 1, next_run_no = ${runs + 1}`,
    ]) {
      await connection.run(sql);
    }
    for (let from = 0; from < runs; from += BATCH) {
      const to = Math.min(runs, from + BATCH);
      await connection.run(
        `insert into mirror.metrics (run_no, key, stored, step, logged_ms)
         select i + 1, case metric when 0 then 'val_loss' else 'metric_' || metric end,
           case
             when hash(i, metric, 'special') % 1000 < 10 then cast('NaN' as double)
             when hash(i, metric, 'special') % 1000 < 12 then cast('Infinity' as double)
             else hash(i, metric) % 1000000 / 1000000.0
           end,
           k, start_ms + k
         from (
           select r.run_no - 1 as i, r.start_ms, k, (k * 7 + r.run_no - 1) % 40 as metric
           from mirror.runs r, range(10) s(k)
           where r.run_no > ${from} and r.run_no <= ${to}
         ) cells
         order by 2, 1`,
      );
    }
  });
}
