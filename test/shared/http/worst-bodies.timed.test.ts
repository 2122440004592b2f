import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { endpoints } from '../../support/endpoints.ts';
import { root } from '../../walls/sources.ts';
import type { Measured } from './worst-bodies/measure.ts';

/** The cost of the worst body of each route in processor time and memory, however wrong the body is. */

const withBody = endpoints.filter(({ route }) => route.body);

/** Milliseconds of processor time. */
const bars = { stranger: 300, tenant: 2000 } as const;
/** The measuring process holds all routes at once; a function of 512 MB, the smallest that there is, holds one. */
const heapMegabytes = 400;

let measured: Measured[] = [];
let ended = '';

const run = promisify(execFile);

beforeAll(async () => {
  const script = 'test/shared/http/worst-bodies/measure.ts';
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
  const { stdout, stderr } = await run(
    process.execPath,
    [`--max-old-space-size=${heapMegabytes}`, script],
    options,
  ).catch((error: unknown) => error as { stdout: string; stderr: string });
  measured = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Measured] : []));
  ended =
    stderr
      .split('\n')
      .filter((line) => line.includes(': '))
      .at(-1) ?? '';
}, 600_000);

describe.each(withBody)('$name', ({ name }) => {
  const own = () => measured.filter(({ route }) => route === name);

  test.each(['stranger', 'tenant'] as const)('costs a %s little', (who) => {
    const figures = own().filter((one) => one.who === who);
    expect(figures.length, `the process ended at ${ended}: more than ${heapMegabytes} MB?`).toBeGreaterThan(0);
    const slow = figures.filter(({ milliseconds }) => milliseconds > bars[who]);
    expect(slow.map(({ body, milliseconds }) => `${body}: ${Math.round(milliseconds)} ms`)).toEqual([]);
  });

  test('answers its worst bodies as it answers any', () => {
    expect(own().filter(({ status }) => status >= 500)).toEqual([]);
  });
});
