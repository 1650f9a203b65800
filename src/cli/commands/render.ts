import { openApp } from '../../app.ts';
import { loadConfig, type Flags } from '../../config.ts';
import { RunlensError } from '../../errors.ts';
import { syncIfEmpty } from '../sync-if-empty.ts';

export interface RenderFlags extends Flags {
  out: string;
  param?: string[];
  theme?: string;
}

/** `runlens render DASHBOARD --out FILE`. */
export async function render(target: string, flags: RenderFlags): Promise<void> {
  const app = await openApp(loadConfig(flags), {});
  try {
    await syncIfEmpty(app);
    throw new RunlensError('NOT_FOUND', `no dashboard ${target}`);
  } finally {
    await app.close();
  }
}
