import { Command, InvalidArgumentError } from 'commander';
import type { Flags } from '../config.ts';
import type { ExportFlags } from './commands/export.ts';
import type { RenderFlags } from './commands/render.ts';
import { RunlensError } from '../errors.ts';
import { LOG_LEVELS } from '../log.ts';
import { VERSION } from '../version.ts';
import { errorLine } from './error-line.ts';
import { untilInterrupt } from './interrupt.ts';

/** The command line. Each command's code is loaded when it is called, so that `--help` is instant. */
export function createProgram(): Command {
  const program = new Command('runlens')
    .description(
      'Dashboards of what a team’s machine-learning runs add up to, from MLflow servers.',
    )
    .version(VERSION, '--version')
    .exitOverride()
    .configureOutput({
      // One line, as for every other mistake.
      outputError(text, write) {
        const message = text
          .replace(/^error: /, '')
          .trim()
          .replaceAll(/\s*\n\s*/g, ' ');
        write(errorLine(new RunlensError('BAD_USAGE', message.replace(/\.$/, ''))));
      },
    });

  common(program.command('sync'))
    .description('bring the mirror up to date with its tracking servers, once')
    .option('--full', 'list every run again: finds edits that move no time, and removed runs')
    .option('--source <name>', 'only this source of the config file')
    .option('--json', 'print the summary as JSON')
    .action(async (flags: Flags & { full?: true; source?: string; json?: true }) => {
      const { sync } = await import('./commands/sync.ts');
      await sync(flags);
    });

  const serving = (command: Command): Command =>
    common(command)
      .option('--host <host>', 'address to listen on (127.0.0.1)')
      .option('--port <port>', 'port to listen on, 0 for a free one (5055)', port)
      .option('--refresh <cron>', "when to sync, such as '*/5 * * * *' (UTC)")
      .option('--watch', 'show edits of queries and dashboards at once');

  serving(program.command('serve'))
    .description('serve the dashboards, syncing first and then on schedule')
    .action(runService({ demo: false }));

  serving(program.command('demo'))
    .description('serve the dashboards on the embedded sample tracking server')
    .action(runService({ demo: true }));

  common(program.command('export'))
    .description('write rows as a file: Arrow, Parquet, CSV, JSON or NDJSON by its suffix')
    .argument(
      '<frame>',
      'runs, runs-nested, experiments, metrics, params, tags, view:NAME or panel:DASHBOARD/PANEL',
    )
    .requiredOption('--out <file>', 'the file; - for standard output')
    .option(
      '--format <format>',
      'arrow, arrows, parquet, csv, json or ndjson; by the suffix otherwise',
    )
    .option('--compression <codec>', 'none or zstd, of Arrow (none)')
    .option('--source <name>', 'runs of this source of the config file only')
    .option('--filter <filter>', 'MLflow\'s filter syntax, such as "metrics.loss < 0.1"')
    .option('--view-type <type>', 'active, deleted or all runs (active)')
    .option('--since <time>', 'runs started at or after (ISO 8601)')
    .option('--until <time>', 'runs started before (ISO 8601)')
    .option('--status <status>', 'runs of this status; repeatable', collect)
    .option('--user <user>', 'runs of this user; repeatable', collect)
    .option('--columns <glob>', "columns to keep, such as 'metrics.val_*'; repeatable", collect)
    .option('--param <name=value>', "a panel's parameter; repeatable", collect)
    .option('--manifest', 'write FILE.manifest.json beside the file')
    .action(async (frame: string, flags: ExportFlags) => {
      const { exportFrame } = await import('./commands/export.ts');
      await exportFrame(frame, flags);
    });

  common(program.command('render'))
    .description('write a dashboard as one HTML file, or a panel as SVG or PNG')
    .argument('<dashboard>', 'DASHBOARD, or DASHBOARD/PANEL for a picture')
    .requiredOption('--out <file>', 'a .html, .svg or .png file')
    .option('--param <name=value>', 'a parameter of the dashboard; repeatable', collect)
    .option('--theme <theme>', 'light or dark; a page follows who looks unless told')
    .action(async (target: string, flags: RenderFlags) => {
      const { render } = await import('./commands/render.ts');
      await render(target, flags);
    });

  common(program.command('check'))
    .description('check every query and dashboard; exit code 1 when there are errors')
    .option('--json', 'print the findings as JSON')
    .option('--sarif', 'print the findings as SARIF')
    .action(async (flags: Flags & { json?: true; sarif?: true }) => {
      const { check } = await import('./commands/check.ts');
      await check(flags);
    });

  return program;
}

/** Signals are heard before the code is loaded: a service may be stopped while it starts. */
function runService({ demo }: { demo: boolean }) {
  return async (flags: Flags & { watch?: true }): Promise<void> => {
    const stopping = untilInterrupt();
    const { serve } = await import('./commands/serve.ts');
    await serve(flags, { demo, stopping });
  };
}

function common(command: Command): Command {
  return command
    .option('--tracking-uri <uri>', 'the tracking server, as MLFLOW_TRACKING_URI')
    .option('--experiment <name>', 'only this experiment, by name or id; repeatable', collect)
    .option('--db <path>', 'the database file (runlens.duckdb)')
    .option('--config <file>', 'a config file (runlens.yaml, if there is one)')
    .option('--log-level <level>', LOG_LEVELS.join(', '));
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];

function port(value: string): number {
  const parsed = Number(value);
  if (!/^\d+$/.test(value) || parsed > 65535) {
    throw new InvalidArgumentError('It must be a number from 0 to 65535.');
  }
  return parsed;
}
