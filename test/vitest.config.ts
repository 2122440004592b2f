import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The rules that every route must keep, tested for all routes at once. */
const ofRoutes = ['test/contract/**/*.test.ts', 'test/security/**/*.test.ts'];
const onAStack = 'test/**/*.stack.test.ts';
const ofTimes = 'test/**/*.timed.test.ts';
const ofClients = 'test/clients/*.test.ts';

/**
 * Five kinds of tests: `unit` needs nothing; `routes` calls every route on the platform in memory (`platform/`), whose
 * modules one process loads once for all of its files; `timed` (`*.timed.test.ts`) measures processor time, beside
 * nothing else; `stack` (`*.stack.test.ts`) shares one deployed local stack (`support/stack.ts`); `clients` compiles
 * what generators make of the API document.
 */
export default defineConfig({
  root,
  test: {
    // All cores: by default vitest leaves one idle, which is half of two.
    maxWorkers: '100%',
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [onAStack, ofTimes, ofClients, ...ofRoutes],
          // Every function has this variable, and every list signs its cursors with it.
          env: { ORIGIN_VERIFY: 'a secret of the tests' },
          testTimeout: 60_000,
        },
      },
      {
        root,
        test: {
          name: 'routes',
          include: ofRoutes,
          exclude: [onAStack],
          setupFiles: ['test/platform/setup.ts'],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      { root, test: { name: 'timed', include: [ofTimes] } },
      { root, test: { name: 'clients', include: [ofClients] } },
      {
        root,
        test: {
          name: 'stack',
          include: [onAStack],
          globalSetup: ['test/support/global-stack.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
