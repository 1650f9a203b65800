import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { CHOICE_FIELDS } from '../../../src/exports/choice.ts';
import { packagePath } from '../../../src/paths.ts';

/** What the parser says of a command line, without running a command. */
async function parse(...args: string[]): Promise<{ exitCode: number; said: string }> {
  let said = '';
  const program = createProgram();
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => (said += text),
      writeErr: (text) => (said += text),
    });
    if (command !== program) command.action(() => undefined);
  }
  try {
    await program.parseAsync(['node', 'runlens', ...args]);
    return { exitCode: 0, said };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { exitCode: error.exitCode, said };
  }
}

const COMMANDS = ['sync', 'serve', 'demo', 'export', 'render', 'check'];

it('has the commands', () => {
  expect(createProgram().commands.map((command) => command.name())).toEqual(COMMANDS);
});

it.each(COMMANDS)('explains %s and the flags that all have', async (name) => {
  const { exitCode, said } = await parse(name, '--help');
  expect(exitCode).toBe(0);
  for (const flag of ['--tracking-uri', '--experiment', '--db', '--config', '--log-level']) {
    expect(said).toContain(flag);
  }
});

it('exports by the flags and the words that are documented', () => {
  const text = readFileSync(packagePath('docs/exports.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `--([\w-]+)` +\| `(\w+)`/gm)];
  expect(new Set(rows.map(([, , word]) => word))).toEqual(new Set(CHOICE_FIELDS));
  const command = createProgram().commands.find((it) => it.name() === 'export');
  const flags = command?.options.map(({ long }) => long?.slice(2));
  for (const [, flag, word] of rows) {
    expect(flags).toContain(flag);
    expect(flag?.replace('-', '_')).toBe(word);
  }
});

it('tells its version', async () => {
  expect(await parse('--version')).toEqual({
    exitCode: 0,
    said: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  });
});

describe('a wrong command line', () => {
  it.each([
    [['nope'], /unknown command 'nope'/],
    [['sync', '--nope'], /unknown option '--nope'/],
    [['sync', '--jsn'], /unknown option '--jsn' \(Did you mean --json\?\)/],
    [['sync', 'extra'], /too many arguments/],
    [['export', '--out', 'x.csv'], /missing required argument 'frame'/],
    [['export', 'runs'], /required option '--out <file>'/],
    [['render', 'overview'], /required option '--out <file>'/],
    [['serve', '--port', 'http'], /'--port <port>' argument 'http' is invalid/],
    [['serve', '--port', '65536'], /0 to 65535/],
    [['serve', '--port', '-1'], /0 to 65535/],
  ])('%j is told', async (args, says) => {
    const { exitCode, said } = await parse(...args);
    expect(exitCode).not.toBe(0);
    expect(said).toMatch(says);
    expect(said).toMatch(/^runlens: .*[^.] \[BAD_USAGE\]\. Run `runlens --help`\.\n$/);
  });
});
