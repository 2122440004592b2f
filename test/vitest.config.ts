import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Two kinds of tests: those that need nothing, and those in `*.stack.test.ts`, which share one deployed local stack
 * (`support/stack.ts`).
 */
export default defineConfig({
  root,
  test: {
    // Every core: by itself vitest leaves one idle, which of two is half.
    maxWorkers: '100%',
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.stack.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        root,
        test: {
          name: 'stack',
          include: ['test/**/*.stack.test.ts'],
          globalSetup: ['test/support/global-stack.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
