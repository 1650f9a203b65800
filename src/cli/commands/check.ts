import { systemClock } from '../../clock.ts';
import { loadConfig, type Flags } from '../../config.ts';
import { checkDashboards } from '../../dashboards/check.ts';
import { RunlensError } from '../../errors.ts';
import { checkQueries } from '../../queries/check.ts';
import { sortFindings } from '../../queries/check-finding.ts';
import { chartMistakes } from '../../render/check-chart.ts';
import { prepareVega } from '../../render/draw.ts';
import { Store } from '../../store/store.ts';
import { VERSION } from '../../version.ts';
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
  const { queries, dashboards } = loadConfig(flags);
  prepareVega();
  const store = await Store.open({ path: ':memory:' });
  try {
    const views = await checkQueries({ store, folders: queries });
    const checked = await checkDashboards({
      folders: dashboards,
      views,
      reader: store.engine,
      chart: chartMistakes,
      now: systemClock.now(),
    });
    const report = {
      findings: sortFindings([...views.findings, ...checked.findings]),
      files: views.files + checked.files,
      version: VERSION,
      folder: process.cwd(),
    };
    process.stdout.write(formatFindings(report, sarif ? 'sarif' : json ? 'json' : 'text'));
    if (countErrors(report.findings) > 0) process.exitCode = 1;
  } finally {
    await store.close();
  }
}
