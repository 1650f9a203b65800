import { openApp } from '../../app.ts';
import { loadConfig, type Flags } from '../../config.ts';
import { parseChoice, type ChoiceField } from '../../exports/choice.ts';
import { FORMATS, formatOf, isFormat, type ExportFormat } from '../../exports/formats.ts';
import { exportToFile } from '../../exports/to-file.ts';
import { RunlensError } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import { interruptible } from '../interrupt.ts';
import { panelStatement } from '../panel-statement.ts';
import { syncIfEmpty } from '../sync-if-empty.ts';

export interface ExportFlags extends Flags {
  out: string;
  format?: string;
  source?: string;
  filter?: string;
  viewType?: string;
  since?: string;
  until?: string;
  status?: string[];
  user?: string[];
  columns?: string[];
  compression?: string;
  param?: string[];
  manifest?: true;
}

/** `runlens export FRAME --out FILE`: rows of the mirror, which is synced first if it never was. */
export async function exportFrame(frame: string, flags: ExportFlags): Promise<void> {
  const format = formatFor(flags);
  const choice = parseChoice((field) => given(flags, field));
  const panel = frame.startsWith('panel:') ? frame.slice('panel:'.length) : undefined;
  refuseWithoutEffect(flags, panel);
  const app = await openApp(loadConfig({ ...flags, experiment: undefined }));
  try {
    const manifest = await interruptible(app, async (signal) => {
      await syncIfEmpty(app);
      const { store, catalog } = app;
      const { param = [], out } = flags;
      const statement = panel === undefined ? undefined : await panelStatement(app, panel, param);
      return exportToFile(
        { engine: store.engine, workFolder: store.workFolder, catalog, version: VERSION },
        { frame, format, statement, ...choice },
        out,
        { manifest: flags.manifest === true, signal },
      );
    });
    if (flags.out !== '-') {
      process.stdout.write(`${flags.out}: ${manifest.rows} rows of ${frame}\n`);
    }
  } finally {
    await app.close();
  }
}

function refuseWithoutEffect({ param, manifest, out }: ExportFlags, panel?: string): void {
  const refuse = (field: string, message: string): never => {
    throw new RunlensError('BAD_USAGE', message, { field });
  };
  if (param !== undefined && panel === undefined) refuse('param', '--param is for panels alone');
  if (manifest && out === '-') refuse('manifest', '--manifest lies beside a file, not beside -');
}

function formatFor({ out, format }: ExportFlags): ExportFormat {
  if (format === undefined) return out === '-' ? 'csv' : formatOf(out);
  if (isFormat(format)) return format;
  throw new RunlensError('BAD_USAGE', `there is no format '${format}'`, {
    field: 'format',
    hint: `Known: ${Object.keys(FORMATS).join(', ')}.`,
  });
}

function given(flags: ExportFlags, field: ChoiceField): readonly string[] {
  const values = { ...flags, view_type: flags.viewType }[field];
  if (values === undefined) return [];
  return Array.isArray(values) ? values : [values];
}
