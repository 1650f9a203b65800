import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dashboardJsonSchema } from '../../../src/dashboards/schema.ts';
import { packagePath } from '../../../src/paths.ts';

const FOLDER = packagePath('dashboards');
const SCHEMA = 'dashboard.schema.json';

it('keeps the JSON Schema that editors read equal to what files are parsed with', () => {
  const kept: unknown = JSON.parse(readFileSync(join(FOLDER, SCHEMA), 'utf8'));
  const published: unknown = JSON.parse(JSON.stringify(dashboardJsonSchema()));
  // On a difference: save what the service gives at /schemas/dashboard.v1.json.
  expect(kept).toEqual(published);
});

it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.yaml')))('%s names it', (name) => {
  const [first] = readFileSync(join(FOLDER, name), 'utf8').split('\n');
  expect(first).toBe(`# yaml-language-server: $schema=${SCHEMA}`);
});
