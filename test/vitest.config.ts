import { globSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The rules that every route must keep, tested for all routes at once. */
const ofRoutes = ['test/contract/**/*.test.ts', 'test/security/**/*.test.ts'];
const onAStack = 'test/**/*.stack.test.ts';
const aloneOnAStack = 'test/**/*.alone.stack.test.ts';
const ofTimes = 'test/**/*.timed.test.ts';
const ofClients = 'test/clients/*.test.ts';
const slow = 'test/**/*.slow.test.ts';
const thorough = 'test/**/*.thorough.test.ts';

/** Files that replace a module. The others of a process would get the replacement as well, or the real module. */
const mocking = globSync('test/**/*.test.ts', { cwd: root }).filter(
  (file) => !matchesGlob(file, onAStack) && readFileSync(join(root, file), 'utf8').includes('vi.mock('),
);

/** Settings of projects whose files share a process. */
const inOneProcess = {
  setupFiles: ['test/support/cheap-hashes.ts'],
  isolate: false,
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

// Every function has this variable, and every list signs its cursors with it.
const env = { ORIGIN_VERIFY: 'a secret of the tests' };

/**
 * Nine kinds of tests: `unit` needs nothing, and one process runs many of its files; `mocking` are those of its files
 * that need a process of their own; `routes` calls every route on the platform in memory (`platform/`), whose modules
 * one process loads once for all of its files; `thorough` runs random and exhaustive suites whole
 * (`*.thorough.test.ts`) and slow ones (`*.slow.test.ts`); `sampled` runs a tenth of the former
 * (`support/thorough.ts`); `timed` (`*.timed.test.ts`) measures processor time while nothing else runs; `stack`
 * (`*.stack.test.ts`) shares one deployed local stack (`support/stack.ts`); `alone` (`*.alone.stack.test.ts`) uses the
 * same stack before, since its tests wait for deadlines of the product; `clients` compiles the clients that are
 * generated from the API document.
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
          exclude: [onAStack, ofTimes, ofClients, slow, thorough, ...ofRoutes, ...mocking],
          ...inOneProcess,
          env,
        },
      },
      { root, test: { name: 'sampled', include: [thorough], exclude: mocking, ...inOneProcess, env } },
      {
        root,
        test: {
          name: 'mocking',
          include: mocking,
          setupFiles: ['test/support/cheap-hashes.ts'],
          env,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        test: {
          name: 'thorough',
          include: [thorough, slow],
          setupFiles: ['test/support/random-tests.ts'],
          env: { ...env, THOROUGH: 'true' },
          testTimeout: 300_000,
        },
      },
      {
        root,
        test: {
          name: 'routes',
          include: ofRoutes,
          exclude: [onAStack, thorough],
          ...inOneProcess,
          setupFiles: [...inOneProcess.setupFiles, 'test/platform/setup.ts'],
        },
      },
      { root, test: { name: 'timed', include: [ofTimes] } },
      { root, test: { name: 'clients', include: [ofClients] } },
      {
        root,
        test: {
          name: 'alone',
          include: [aloneOnAStack],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          globalSetup: ['test/support/global-stack.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        root,
        test: {
          name: 'stack',
          include: [onAStack],
          exclude: [aloneOnAStack],
          sequence: { groupOrder: 2 },
          globalSetup: ['test/support/global-stack.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
