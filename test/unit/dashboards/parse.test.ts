import { describe, expect, it } from 'vitest';
import { parseDashboard } from '../../../src/dashboards/parse.ts';

const GOOD = `version: 1
id: sample
title: Sample
params:
  experiment:
    type: select
    options: { view: experiments, value: experiment_id }
panels:
  total:
    title: Runs
    view: runs
    where: { experiment_id: $experiment }
    measures: { runs: count() }
    figure: { value: runs }
  text:
    title: Text
    markdown: Hello
layout:
  - [total, { panel: text, span: 4 }]
`;

const parse = (text: string) =>
  parseDashboard({
    file: 'sample.yaml',
    text,
    readSpec: () => undefined,
  });

it('reads a dashboard, and shares out the width that no panel claims', () => {
  const { dashboard, problems } = parse(GOOD);
  expect(problems).toEqual([]);
  expect(dashboard?.layout[0]?.map(({ panel, span }) => [panel.id, panel.kind, span])).toEqual([
    ['total', 'figure', 8],
    ['text', 'markdown', 4],
  ]);
});

describe('mistakes', () => {
  it.each([
    ['version: 1', 'version: 2', 1, /version/],
    ['id: sample', 'id: Sample One', 2, /id/],
    ['title: Sample', 'titel: Sample', 3, /titel: there is no such key: did you mean title/],
    ['type: select', 'type: selekt', 6, /type/],
    ['$experiment', '$experimnt', 12, /no parameter \$experimnt/],
    ['count()', 'drop()', 13, /sum\(runs\)/],
    ['    view: runs\n', '', 9, /needs a view/],
    ['figure: { value: runs }', 'chart: missing.vl.json', 9, /alt text/],
    ['figure: { value: runs }', 'chart: missing.vl.json\n    alt: a', 14, /no file missing/],
    ['[total,', '[totl,', 19, /no panel totl/],
    ['span: 4', 'span: 12', 19, /more than 12/],
    ['    title: Runs\n', '    title: Runs\n    markdown: also\n', 9, /one of chart/],
  ])('%j -> %j is found on line %i', (from, to, line, message) => {
    expect(GOOD).toContain(from);
    const { problems } = parse(GOOD.replace(from, to));
    expect(problems[0]).toMatchObject({
      file: 'sample.yaml',
      message: expect.stringMatching(message),
    });
    expect(problems[0]?.line).toBe(line);
  });

  it('finds text that is no YAML', () => {
    expect(parse('id: [1\ntitle: x').problems[0]?.line).toBeGreaterThan(0);
  });
});

it('keeps the digits of an id', () => {
  const { dashboard, problems } = parse(`version: 1
id: one
title: One
panels:
  all:
    title: All
    view: experiments
    where: { experiment_id: [987654321098765432, 7, -1.5] }
    table: { columns: [name] }
layout: [[all]]
`);
  expect(problems).toEqual([]);
  const [panel] = dashboard?.panels ?? [];
  expect(panel?.kind === 'table' && panel.query.where).toEqual({
    experiment_id: ['987654321098765432', 7, -1.5],
  });
});
