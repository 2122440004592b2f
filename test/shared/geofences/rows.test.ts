import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import type { Cell } from '../../../shared/geo/cells.ts';
import { changeFence, draftFence, type Fence } from '../../../shared/geofences/fence.ts';
import { type BodyRow, bodyRow, postingBase, readBody } from '../../../shared/geofences/rows.ts';
import { GeofenceDraft, GeofencePatch } from '../../../shared/geofences/wire.ts';
import { parseExactly } from '../../../shared/json/exact.ts';
import { exactKey, label } from '../../../shared/wire/text.ts';
import { itemBytes } from '../../support/dynamodb-sizes.ts';

/** A row as the database returns it: marshalled by the SDK and read again. */
const stored = (row: object) =>
  unmarshall(marshall({ pk: 'p', sk: 's', ...row }, { removeUndefinedValues: true })) as BodyRow;

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.constantFrom(1e308, 5e-324, 0.1 + 0.2),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    number,
    text,
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(
    text.filter((key) => key !== '__proto__'),
    tie('value'),
    { maxKeys: 4 },
  ),
}));
const free = json.object as fc.Arbitrary<Record<string, unknown>>;
const cell = fc.stringMatching(/^[0-9A-Za-z]{2,8}$/).map((c) => c as Cell);
const taken = (schema: z.ZodType) => text.filter((value) => schema.safeParse(value).success);
const degrees = (most: number) => fc.integer({ min: -most * 1e7, max: most * 1e7 }).map((n) => n / 1e7);

const fence: fc.Arbitrary<Fence> = fc
  .record({
    body: fc.record({
      name: taken(label(255)),
      description: text,
      latitude: degrees(90),
      longitude: degrees(180),
      radiusMeters: fc.integer({ min: 1, max: 100_000 }),
      triggerOn: fc.constantFrom('enter', 'exit', 'dwell'),
      cooldownMs: fc.integer({ min: 0, max: 31_536_000_000 }),
      status: fc.constantFrom('active', 'inactive'),
      tags: fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 20 }),
      groupName: fc.option(taken(label(100))),
      externalId: fc.option(taken(exactKey(128))),
      detectCrossing: fc.boolean(),
      noise: fc.option(fc.record({ maxAccuracyMeters: fc.option(fc.integer({ min: 1, max: 99 })) })),
    }),
    action: free,
    metadata: free,
    cover: fc.array(cell, { minLength: 1, maxLength: 44 }),
    stale: fc.array(cell, { maxLength: 44 }),
    version: fc.integer({ min: 1, max: 1e9 }),
    now: fc.integer({ min: 0, max: 4e12 }),
  })
  .map(({ body, action, metadata, cover, stale, version, now }) => ({
    ...draftFence('550e8400-e29b-41d4-a716-446655440000', GeofenceDraft.parse(body), now),
    action: JSON.parse(JSON.stringify(action)),
    metadata: JSON.parse(JSON.stringify(metadata)),
    index: { version, writtenAt: now, cover, stale },
  }));

describe('a fence', () => {
  test('keeps every key and every digit of its free objects, in its row and its postings', () => {
    const written = '{"__proto__":{"n":1.0},"big":613196570357137407,"far":1e400,"list":[-0,0.10]}';
    const [made] = fc.sample(fence, 1);
    const kept = { ...made!, action: parseExactly(written), metadata: parseExactly(written) } as Fence;
    const again = readBody(stored(bodyRow(kept)));
    expect([JSON.stringify(again.action), JSON.stringify(again.metadata)]).toEqual([written, written]);
    expect(postingBase(kept).a).toBe(written);
  });

  test('is read back from its row as it was, to the last bit of every number', () => {
    fc.assert(
      fc.property(fence, (made) => {
        const again = readBody(stored(bodyRow(made)));
        expect(again).toEqual(made);
        expect(JSON.stringify([again.action, again.metadata])).toBe(JSON.stringify([made.action, made.metadata]));
      }),
      { numRuns: 300 },
    );
  });

  test('that is a polygon with a hole is too', () => {
    const square = (x: number, size: number) => [
      [x, x],
      [x + size, x],
      [x + size, x + size],
      [x, x + size],
      [x, x],
    ];
    const geometry = { type: 'Polygon', coordinates: [square(10, 1), square(10.2, 0.3)] };
    const made = draftFence('i', GeofenceDraft.parse({ name: 'P', geometry }), 5);
    expect(readBody(stored(bodyRow(made)))).toEqual(made);
  });

  test('of the largest kind fits a row', () => {
    const ring = Array.from({ length: 9999 }, (_, i) => {
      const turn = (2 * Math.PI * i) / 9999;
      return [10 + 5 * Math.cos(turn), 45 + 5 * Math.sin(turn)];
    });
    const body = {
      name: '💥'.repeat(127),
      description: '💥'.repeat(1000),
      geometry: { type: 'Polygon', coordinates: [[...ring, ring[0]]] },
      action: { a: 'x'.repeat(8000) },
      metadata: { a: 'x'.repeat(16_000) },
      tags: Array.from({ length: 20 }, (_, i) => `${i}`.padEnd(64, 'x')),
    };
    const made = draftFence('i', GeofenceDraft.parse(body), 5);
    expect(itemBytes(bodyRow(made))).toBeLessThan(200 * 1024);
    const next = changeFence(made, GeofencePatch.parse({ latitude: 1, longitude: 1 }), 'patch', 6);
    expect(next.shape.geometry.type).toBe('Circle');
  });
});

describe('a posting', () => {
  const base = (body: object) =>
    postingBase(draftFence('i', GeofenceDraft.parse({ name: 'A', latitude: 50, longitude: -10, ...body }), 5));

  test('carries what an answer needs, and no empty attribute', () => {
    expect(base({})).toEqual({ f: 1, v: 0, n: 'A', t: 0, y: 500_000_000, x: -100_000_000, r: 500 });
    expect(base({ status: 'inactive', triggerOn: 'dwell', action: { b: 1 } })).toMatchObject({
      off: 1,
      t: 2,
      a: '{"b":1}',
    });
  });

  test('carries an action of up to 1 KB, and marks a larger one', () => {
    const action = (bytes: number) => base({ action: { a: 'x'.repeat(bytes - 8) } });
    expect(action(1024).a).toHaveLength(1024);
    expect(action(1024)).not.toHaveProperty('big');
    expect(action(1025)).toMatchObject({ big: 1 });
    expect(action(1025)).not.toHaveProperty('a');
    expect(base({ action: { a: 'ä'.repeat(512) } })).toMatchObject({ big: 1 });
  });
});
