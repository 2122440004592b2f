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
/** A measuring process holds all routes at once; a function of 512 MB, the smallest that there is, holds one. */
const heapMegabytes = 400;
/** Each measures a part of the routes and takes one core. */
const processes = 2;

const run = promisify(execFile);
const linesOf = (output: string): string[] => output.split('\n').filter((line) => line !== '');

/** @returns the figures, and which body was sent last */
async function measure(routes: readonly string[]) {
  const script = 'test/shared/http/worst-bodies/measure.ts';
  const args = [`--max-old-space-size=${heapMegabytes}`, script, ...routes];
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
  const { stdout, stderr } = await run(process.execPath, args, options).catch(
    (error: unknown) => error as { stdout: string; stderr: string },
  );
  return {
    figures: linesOf(stdout).flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Measured] : [])),
    last: linesOf(stderr).findLast((line) => line.includes(': ')),
  };
}

let measured: Measured[] = [];
let ended = '';

beforeAll(async () => {
  const names = withBody.map(({ name }) => name);
  const parts = Array.from({ length: processes }, (_, part) => names.filter((_, i) => i % processes === part));
  const outcomes = await Promise.all(parts.map(measure));
  measured = outcomes.flatMap(({ figures }) => figures);
  ended = outcomes.map(({ last }) => last).join(', ');
}, 600_000);

describe.each(withBody)('$name', ({ name }) => {
  const own = () => measured.filter(({ route }) => route === name);

  test.each(['stranger', 'tenant'] as const)('costs a %s little', (who) => {
    const figures = own().filter((one) => one.who === who);
    expect(figures.length, `the processes ended at ${ended}: more than ${heapMegabytes} MB?`).toBeGreaterThan(0);
    const slow = figures.filter(({ milliseconds }) => milliseconds > bars[who]);
    expect(slow.map(({ body, milliseconds }) => `${body}: ${Math.round(milliseconds)} ms`)).toEqual([]);
  });

  test('answers its worst bodies as it answers any', () => {
    // 501: what needs a provider that is not configured.
    expect(own().filter(({ status }) => status >= 500 && status !== 501)).toEqual([]);
  });
});
