import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packagePath } from '../../../src/paths.ts';
import type { View } from '../../../src/queries/view.ts';
import { createFixtureServer } from '../../support/fixture-server.ts';
import { markdownTable, withReference } from '../../support/reference.ts';

const DOC = packagePath('docs/views.md');

let fixture: Awaited<ReturnType<typeof createFixtureServer>>;
beforeAll(async () => {
  fixture = await createFixtureServer();
});
afterAll(() => fixture.store.close());

async function get(path: string): Promise<{ status: number; text: string }> {
  const answer = await fixture.app.request(`http://127.0.0.1${path}`, {
    headers: { Host: '127.0.0.1' },
  });
  return { status: answer.status, text: await answer.text() };
}

const HOLDS: Readonly<Record<View['columns'][number]['type'], string>> = {
  string: 'text',
  double: 'number',
  int64: 'integer',
  boolean: 'boolean',
  timestamp: 'time',
  date: 'date',
};

function viewText({ name, title, grain, columns }: View): string {
  const rows = columns.map((it) => [`\`${it.name}\``, HOLDS[it.type], it.description]);
  const table = markdownTable(['column', 'holds', 'means'], rows);
  return `### ${name}\n\n${title}: ${grain}.\n\n${table}`;
}

it('equals the headers of the views', async () => {
  const { views } = JSON.parse((await get('/api/v1/views')).text) as { views: View[] };
  expect(views.length).toBeGreaterThan(25);
  const list = views.map(({ name, grain }) => `- [\`${name}\`](#${name}): ${grain}`).join('\n');
  const made = [list, ...views.map(viewText)].join('\n\n');
  await expect(await withReference(DOC, 'views', made)).toMatchFileSnapshot(DOC);
});

it('names addresses that answer', async () => {
  const paths = readFileSync(DOC, 'utf8').match(/\/api\/v1\/views[^`\s]*/g) ?? [];
  expect(paths.length).toBeGreaterThan(1);
  for (const path of paths) {
    const { status, text } = await get(path);
    expect({ path, status, text }).toMatchObject({ status: 200 });
  }
});
