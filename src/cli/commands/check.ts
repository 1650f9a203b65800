import { systemClock } from '../../clock.ts';
import { loadFolders, type Flags } from '../../config.ts';
import { RunlensError } from '../../errors.ts';
import { prepareVega } from '../../render/draw.ts';
import { VERSION } from '../../version.ts';
import { checkFiles } from '../check-files.ts';
import { countErrors, formatFindings } from '../findings.ts';

export interface CheckFlags extends Flags {
  json?: true;
  sarif?: true;
}

/**
 * `runlens check`: every query and dashboard, against the format and an engine without rows; needs
 * no tracking server and no database. The exit code is 1 when there are errors.
 */
export async function check({ json, sarif, ...flags }: CheckFlags): Promise<void> {
  if (json && sarif) {
    throw new RunlensError('BAD_USAGE', '--json and --sarif are two formats: choose one', {
      field: 'sarif',
    });
  }
  const { queries, dashboards } = loadFolders(flags);
  prepareVega();
  const checked = await checkFiles({ queries, dashboards, now: systemClock.now() });
  const report = { ...checked, version: VERSION, folder: process.cwd() };
  process.stdout.write(formatFindings(report, sarif ? 'sarif' : json ? 'json' : 'text'));
  if (countErrors(report.findings) > 0) process.exitCode = 1;
}
