import { defineConfig } from 'vitest/config';
import { DRAWS_NO_FRAMES } from './test/support/draws-no-frames.ts';

const project = (name: string, files: string[], extra: object = {}) => ({
  test: {
    name,
    include: files,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes at once or, on a machine with other work, later.
    expect: { poll: { timeout: 20_000 } },
    retry: { count: 2, condition: new RegExp(DRAWS_NO_FRAMES) },
    ...extra,
  },
});

/** After the others: each file starts servers or browsers of its own, and waits for them most of its time. */
const BESIDE_SERVERS = { maxWorkers: 2, sequence: { groupOrder: 1 } };

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.{ts,tsx}']),
      project('queries', ['test/queries/**/*.test.ts']),
      project('property', ['test/property/**/*.test.ts'], { testTimeout: 900_000 }),
      project('integration', ['test/integration/**/*.test.ts'], {
        ...BESIDE_SERVERS,
        testTimeout: 180_000,
        hookTimeout: 180_000,
      }),
      project('browser', ['test/browser/**/*.test.ts'], {
        ...BESIDE_SERVERS,
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
    ],
  },
});
