import { RawApi, text } from '../contract/raw-api.ts';

const START = 1_750_000_000_000;

/** Runs of three experiments on a real server, every fifth starting in the same millisecond as the one before. */
export async function writeRuns(url: string, count: number): Promise<void> {
  const api = new RawApi(url);
  const post = async (path: string, body: object): Promise<unknown> => {
    const answer = await api.post(path, body);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    return answer.json;
  };
  const ids: string[] = [];
  for (const name of ['one', 'two', 'three']) {
    ids.push(text(await post('experiments/create', { name }), 'experiment_id'));
  }
  for (let index = 0; index < count; index++) {
    const start_time = START + (index - (index % 5 === 4 ? 1 : 0)) * 60_000;
    const experiment_id = ids[index % ids.length];
    const made = await post('runs/create', { experiment_id, start_time, run_name: `run ${index}` });
    const run_id = text(made, 'run.info.run_id');
    await post('runs/log-batch', {
      run_id,
      metrics: [{ key: 'loss', value: 1 / (index + 1), timestamp: start_time, step: index }],
      params: [{ key: 'lr', value: String(index) }],
      tags: [{ key: 'list', value: '[{"a": 1}]}' }],
    });
    const status = index % 9 === 0 ? 'RUNNING' : 'FINISHED';
    const end_time = status === 'RUNNING' ? {} : { end_time: start_time + 1000 };
    await post('runs/update', { run_id, status, ...end_time });
  }
}
