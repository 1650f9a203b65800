import { defineConfig } from 'vitest/config';

const project = (name: string, files: string[], extra: object = {}) => ({
  test: {
    name,
    include: files,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes at once or, on a machine with other work, later.
    expect: { poll: { timeout: 20_000 } },
    ...extra,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/unit/**/*.test.{ts,tsx}']),
      project('queries', ['test/queries/**/*.test.ts']),
      project('property', ['test/property/**/*.test.ts'], { testTimeout: 900_000 }),
      // Each starts servers or browsers of its own, which work beside it, and waits for them most of its time.
      project('integration', ['test/integration/**/*.test.ts'], {
        maxWorkers: 2,
        testTimeout: 180_000,
        hookTimeout: 180_000,
      }),
      project('browser', ['test/browser/**/*.test.ts'], {
        maxWorkers: 2,
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
    ],
  },
});
