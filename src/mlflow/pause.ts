import { setTimeout as sleep } from 'node:timers/promises';
import { RunlensError } from '../errors.ts';

/** Waits so many milliseconds. @throws RunlensError CANCELLED as soon as the signal says so */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw new RunlensError('CANCELLED', 'the request was cancelled', { cause: error });
  }
}
