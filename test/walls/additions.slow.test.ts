import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { extendedCopy } from './extended-copy.ts';

/** The compiler and the suites of all routes, run in a copy of the project with one more resource. */

const { copy } = extendedCopy();
afterAll(() => copy.remove());

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

describe('a new plain resource', () => {
  test('compiles', async () => {
    // `global-stack` declares what the suites of a stack are given.
    const include = [...copy.touched, 'test/support/global-stack.ts'];
    const touched = { extends: './tsconfig.json', include };
    writeFileSync(join(copy.path, 'tsconfig.touched.json'), JSON.stringify(touched));
    await copy.run('tsc', '--noEmit', '-p', 'tsconfig.touched.json');
  }, 180_000);

  test('passes its rows, and what every route must hold', async () => {
    const suites = ['every-route', 'bodies', 'lists', 'lost-updates', 'retries'].map((name) => `contract/${name}`);
    const files = [...suites, 'security/foreign-ids'].map((name) => `test/${name}.test.ts`);
    const report = join(copy.path, 'report.json');
    const how = ['--config', 'test/vitest.config.ts', '--project', 'routes', '--maxWorkers=1', '-t', 'contacts/'];
    const run = copy.run('vitest', 'run', ...how, '--reporter=json', `--outputFile=${report}`, ...files);
    const failure = await run.catch((error: unknown) => error);
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
    const all = testResults.flatMap(({ assertionResults }) => assertionResults);
    expect(
      all.flatMap(({ status, fullName, failureMessages }) => (status === 'failed' ? [fullName, failureMessages] : [])),
    ).toEqual([]);
    expect(all.filter(({ status }) => status === 'passed').length, String(failure)).toBeGreaterThan(150);
  }, 300_000);
});
