import { openApp } from '../../app.ts';
import { loadConfig, type Flags } from '../../config.ts';
import { parseChoice, type ChoiceField } from '../../exports/choice.ts';
import { FORMATS, formatOf, isFormat, type ExportFormat } from '../../exports/formats.ts';
import { exportToFile } from '../../exports/to-file.ts';
import { RunlensError } from '../../errors.ts';
import { VERSION } from '../../version.ts';
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
  const app = await openApp(loadConfig({ ...flags, experiment: undefined }), {});
  try {
    await syncIfEmpty(app);
    const { store, catalog } = app;
    const statement = frame.startsWith('panel:')
      ? await panelStatement(app, frame.slice('panel:'.length), flags.param ?? [])
      : undefined;
    const manifest = await exportToFile(
      { engine: store.engine, workFolder: store.workFolder, catalog, version: VERSION },
      { frame, format, statement, ...choice },
      flags.out,
      { manifest: flags.manifest === true },
    );
    if (flags.out !== '-') {
      process.stdout.write(`${flags.out}: ${manifest.rows} rows of ${frame}\n`);
    }
  } finally {
    await app.close();
  }
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
