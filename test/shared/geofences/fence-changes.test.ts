import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventChanges } from '../../../shared/geofences/changes.ts';
import { changedFields, draftFence, type Fence, touchesIndex } from '../../../shared/geofences/fence.ts';
import { GeofenceDraft } from '../../../shared/geofences/wire.ts';
import { type Body, drafted, later, now, patched, place, replaced, shown } from './bodies.ts';

describe('an object that was read', () => {
  const body = fc.record(
    {
      description: fc.string(),
      radiusMeters: fc.integer({ min: 1, max: 100_000 }),
      triggerOn: fc.constantFrom('enter', 'exit', 'dwell'),
      dwellMinutes: fc.option(fc.integer({ min: 1, max: 10_080 })),
      cooldownMs: fc.nat(),
      action: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue()).filter((a) => !('run' in a)),
      status: fc.constantFrom('active', 'inactive'),
      tags: fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { maxLength: 20 }),
      groupName: fc.option(fc.stringMatching(/^\w{1,9}$/)),
      metadata: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue()),
      externalId: fc.option(fc.stringMatching(/^\w{1,9}$/)),
      noise: fc.option(fc.record({ hysteresisMeters: fc.nat(1000) }, { requiredKeys: [] })),
      detectCrossing: fc.boolean(),
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    },
    { requiredKeys: [] },
  );

  test('can be sent back, in part or as a whole, and nothing has changed', () => {
    fc.assert(
      fc.property(body, (given) => {
        const fence = drafted(JSON.parse(JSON.stringify(given)));
        const { id: _, ...read } = shown(fence);
        expect(patched(fence, read)).toBe(fence);
        expect(replaced(fence, read)).toBe(fence);
        expect(replaced(fence, { ...read, geometry: undefined })).toBe(fence);
      }),
      { numRuns: 300 },
    );
  });

  test('of a polygon too', () => {
    const ring = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ];
    const fence = draftFence(
      'i',
      GeofenceDraft.parse({ name: 'P', geometry: { type: 'Polygon', coordinates: [ring] } }),
      now,
    );
    const { id: _, ...read } = shown(fence);
    expect(replaced(fence, read)).toBe(fence);
    expect(patched(fence, { geometry: read.geometry })).toBe(fence);
  });
});

describe('instants of the transition machine', () => {
  const at = ({ activatedAt, changedAt, version }: Fence) => ({ activatedAt, changedAt, version });

  test.each<[Body, Body, object]>([
    [{}, { name: 'B' }, { activatedAt: now, changedAt: now }],
    [{}, { latitude: 51 }, { activatedAt: now, changedAt: later }],
    [{}, { noise: {} }, { activatedAt: now, changedAt: later }],
    [{}, { dwellMinutes: 3 }, { activatedAt: now, changedAt: later }],
    [{}, { triggerOn: 'dwell' }, { activatedAt: now, changedAt: later }],
    [{}, { detectCrossing: true }, { activatedAt: now, changedAt: later }],
    [{}, { status: 'inactive' }, { activatedAt: now, changedAt: now }],
    [{ status: 'inactive' }, { status: 'active' }, { activatedAt: later, changedAt: now }],
    [{}, { tags: ['x'] }, { activatedAt: now, changedAt: now }],
  ])('after %j then %j', (first, second, expected) => {
    expect(at(patched(drafted(first), second))).toEqual({ ...expected, version: 2 });
  });
});

describe('what a change touches', () => {
  test.each<[Body, string[], boolean]>([
    [{ name: 'B' }, ['name'], true],
    [{ latitude: 51 }, ['shape'], true],
    [{ status: 'inactive' }, ['status'], true],
    [{ triggerOn: 'exit' }, ['triggerOn'], true],
    [{ action: { a: 1 } }, ['action'], true],
    [
      { description: 'x', tags: ['x'], metadata: { a: 1 }, groupName: 'g', externalId: 'e', cooldownMs: 1 },
      ['description', 'cooldownMs', 'tags', 'groupName', 'metadata', 'externalId'],
      false,
    ],
    [{ noise: {}, detectCrossing: true, dwellMinutes: 3 }, ['dwellMinutes', 'noise', 'detectCrossing'], false],
    [{}, [], false],
  ])('%j: %j, the index: %s', (body, fields, index) => {
    const fence = drafted();
    const changed = changedFields(fence, patched(fence, body));
    expect(changed).toEqual(fields);
    expect(touchesIndex(changed)).toBe(index);
  });

  test('is recorded before and after in the audit log, geometry by type, size and place', () => {
    const fence = drafted();
    const next = patched(fence, { name: 'B', radiusMeters: 9, tags: ['x'] });
    const circle = (radiusMeters: number) => ({ type: 'Circle', positions: 1, ...place, radiusMeters });
    expect(eventChanges(fence, next)).toEqual({
      name: ['A', 'B'],
      geometry: [circle(500), circle(9)],
      tags: [[], ['x']],
    });
    expect(eventChanges(undefined, fence)).toEqual({
      name: [null, 'A'],
      geometry: [null, circle(500)],
      status: [null, 'active'],
      externalId: [null, null],
    });
    expect(eventChanges(fence, undefined)).toMatchObject({ name: ['A', null], geometry: [circle(500), null] });
    expect(eventChanges(fence, fence)).toEqual({});
  });
});
