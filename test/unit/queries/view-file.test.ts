import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseViewFile, readViewFiles } from '../../../src/queries/view-file.ts';

const HEADER = `-- name: things
-- title: Things
-- grain: one row a thing
-- columns:
--   id: which thing
--   size: how large,
--       in metres
`;

describe('parseViewFile', () => {
  it('reads the header and the query under it', () => {
    const file = parseViewFile('things.sql', `${HEADER}select 1 as id, 2 as size;\n`);
    expect(file).toMatchObject({
      name: 'things',
      title: 'Things',
      grain: 'one row a thing',
      sql: 'select 1 as id, 2 as size',
      columns: [
        { name: 'id', description: 'which thing', line: 5 },
        { name: 'size', description: 'how large, in metres', line: 6 },
      ],
    });
  });

  it.each([
    ['a line that is neither', HEADER.replace('-- grain', '-- grian'), 3, 'expected'],
    ['a field twice', HEADER.replace('-- grain', '-- title'), 3, 'title twice'],
    ['a missing field', HEADER.replace(/-- grain.*\n/, ''), 1, 'lacks grain'],
    ['an empty field', HEADER.replace('one row a thing', ''), 1, 'lacks grain'],
    ['a column twice', HEADER.replace('size:', 'id:'), 6, 'column id'],
    ['a name with capitals', HEADER.replace('name: things', 'name: Things'), 1, 'lower_case'],
    ['no columns', HEADER.replaceAll(/--  .*\n/g, ''), 1, 'no columns'],
  ])('refuses %s, with its place', (_, header, line, message) => {
    expect(() => parseViewFile('q.sql', `${header}select 1`)).toThrow(
      expect.objectContaining({
        code: 'BAD_QUERY_FILE',
        message: expect.stringMatching(new RegExp(`^q.sql:${line}: .*${message}`)),
      }),
    );
  });

  it('refuses a header without a query', () => {
    expect(() => parseViewFile('q.sql', HEADER)).toThrow('q.sql:8: there is no query');
  });
});

describe('readViewFiles', () => {
  let folders: string[];
  beforeEach(async () => {
    folders = await Promise.all(
      [1, 2].map((n) => mkdtemp(join(tmpdir(), `runlens-queries-${n}-`))),
    );
  });
  afterEach(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));
  const write = (folder: number, name: string, text: string) =>
    writeFile(join(folders[folder] ?? '', name), text);

  it('lets a later folder replace by name, whatever the file is called', async () => {
    await write(0, 'things.sql', `${HEADER}select 1 as id, 2 as size`);
    await write(1, 'ours.sql', `${HEADER}select 3 as id, 4 as size`);
    await write(1, 'notes.txt', 'not a query');
    const { files, problems } = await readViewFiles(folders);
    expect(files.map((file) => file.sql)).toEqual(['select 3 as id, 4 as size']);
    expect(problems).toEqual([]);
  });

  it('tells of every broken file, and of two of a name in one folder', async () => {
    await write(0, 'a.sql', 'select 1');
    await write(0, 'b.sql', `${HEADER}select 1 as id, 2 as size`);
    await write(0, 'c.sql', `${HEADER}select 1 as id, 2 as size`);
    const { problems } = await readViewFiles(folders);
    expect(problems.map((it) => it.message)).toEqual([
      'the header lacks name',
      'another file here is named things',
    ]);
  });

  it('says which folder it cannot read', async () => {
    const missing = join(folders[0] ?? '', 'nothing');
    await expect(readViewFiles([missing])).rejects.toMatchObject({
      code: 'BAD_CONFIG',
      message: expect.stringContaining(missing),
    });
  });
});
