import { defineConfig } from 'vitest/config';

const level = (name: string, include: string[], more: object = {}) => ({ test: { name, include, environment: 'node', ...more } });

/** The test levels (CONTRIBUTING.md): everything before e2e needs nothing but Node. */
export default defineConfig({
  test: {
    projects: [
      level('unit', ['test/!(contract|integration|e2e|golden|bench)/**/*.test.ts']),
      level('contract', ['test/contract/**/*.test.ts']),
      level('golden', ['test/golden/**/*.test.ts'], { testTimeout: 60_000, hookTimeout: 60_000 }),
      level('integration', ['test/integration/**/*.test.ts'], { testTimeout: 60_000, hookTimeout: 60_000 }),
      level('e2e', ['test/e2e/**/*.test.ts'], { globalSetup: 'test/e2e/harness/global-setup.ts', testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false, maxWorkers: 1 }),
    ],
  },
});
