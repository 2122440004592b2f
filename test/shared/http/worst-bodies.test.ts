import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { bodyLimitOf, maxBodyBytes } from '../../../shared/http/body.ts';
import { definitionOf, mostItemsIn, unwrapped } from '../../../shared/http/introspection.ts';
import { isFree } from '../../../shared/wire/free-object.ts';
import { endpoints } from '../../support/endpoints.ts';
import { root } from '../../walls/sources.ts';
import type { Measured } from './worst-bodies/measure.ts';

/** The cost of the worst body of each route in processor time and memory, however wrong the body is. */

const withBody = endpoints.flatMap(({ name, route }) =>
  route.body ? [{ name, route, body: route.body as z.ZodType }] : [],
);

/**
 * Milliseconds of processor time. The bar for a tenant is 2,000 on an idle machine; suites run beside each other, which
 * doubles processor time on cores that share their units.
 */
const bars = { stranger: 300, tenant: 4000 } as const;
/** Less than Node.js uses in a function of 512 MB, the smallest that there is. */
const heapMegabytes = 200;

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

describe('what a body may hold is bounded where it is declared', () => {
  test.each(withBody.filter(({ route }) => route.scope === 'public'))(
    '$name, which is public, takes a few kB',
    ({ route }) => {
      expect(bodyLimitOf(route)).toBeLessThanOrEqual(16 * 1024);
    },
  );

  test('no route takes more than 4 MiB of JSON', () => {
    expect(withBody.filter(({ route }) => bodyLimitOf(route) > maxBodyBytes)).toEqual([]);
  });

  test.each(withBody)('each list of $name has a ceiling', ({ route, body }) => {
    const endless = [...listsOf(body, '')].filter(
      ({ at, list }) => at !== route.batch?.field && mostItemsIn(list) > 10_000,
    );
    expect(endless.map(({ at }) => at)).toEqual([]);
  });

  test.each(withBody)('the free objects of $name are at places where their numbers are kept', ({ body }) => {
    expect([...hiddenFreeObjects(body)]).toEqual([]);
  });
});

function* listsOf(schema: z.ZodType, at: string): Generator<{ at: string; list: z.ZodType }> {
  const inner = unwrapped(schema);
  const { type, shape, element } = definitionOf(inner);
  if (type === 'array' && element) {
    yield { at, list: inner };
    yield* listsOf(element, `${at}[]`);
  }
  for (const [name, field] of Object.entries(shape ?? {})) yield* listsOf(field, at ? `${at}.${name}` : name);
}

/** Free objects inside a union, a record or a tuple, where numbers of the body are not tracked. */
function* hiddenFreeObjects(schema: z.ZodType, isHidden = false): Generator<string> {
  const inner = unwrapped(schema);
  if (isFree(inner) && isHidden) yield 'a free object';
  const definition = definitionOf(inner) as ReturnType<typeof definitionOf> & Record<string, unknown>;
  const { shape = {}, element } = definition;
  for (const field of [...Object.values(shape), ...(element ? [element] : [])])
    yield* hiddenFreeObjects(field, isHidden);
  const others = [definition.options, definition.items, definition.valueType, definition.left, definition.right].flat();
  for (const other of others) if (other) yield* hiddenFreeObjects(other as z.ZodType, true);
}
