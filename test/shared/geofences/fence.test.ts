import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventChanges } from '../../../shared/geofences/changes.ts';
import {
  changedFields,
  changeFence,
  draftFence,
  type Fence,
  showFence,
  touchesIndex,
} from '../../../shared/geofences/fence.ts';
import { Geofence, GeofenceDraft, type GeofenceFields, GeofencePatch } from '../../../shared/geofences/wire.ts';
import { tenant } from '../support/people.ts';

const now = Date.parse('2026-03-22T10:00:00Z');
const later = now + 1000;
const place = { latitude: 50, longitude: 10 };

type Body = Record<string, unknown>;
const drafted = (body: Body = {}): Fence =>
  draftFence('550e8400-e29b-41d4-a716-446655440000', GeofenceDraft.parse({ name: 'A', ...place, ...body }), now);
const patched = (fence: Fence, body: Body) => changeFence(fence, GeofencePatch.parse(body), 'patch', later);
const replaced = (fence: Fence, body: Body) => changeFence(fence, GeofenceDraft.parse(body), 'replace', later);
const shown = (fence: Fence) => JSON.parse(JSON.stringify(showFence(tenant(), fence))) as Body;

const defaults = {
  description: '',
  radiusMeters: 500,
  triggerOn: 'enter',
  dwellMinutes: null,
  cooldownMs: 86_400_000,
  action: {},
  status: 'active',
  tags: [],
  groupName: null,
  metadata: {},
  externalId: null,
  noise: null,
  detectCrossing: false,
};
const full = {
  name: 'Full',
  description: 'text',
  latitude: 1,
  longitude: 2,
  radiusMeters: 300,
  triggerOn: 'exit',
  dwellMinutes: 7,
  cooldownMs: 0,
  action: { a: 1 },
  status: 'inactive',
  tags: ['x', 'y'],
  groupName: 'g',
  metadata: { m: { n: 1 } },
  externalId: 'e',
  noise: { hysteresisMeters: 3 },
  detectCrossing: true,
};
const wholeNoise = {
  maxAccuracyMeters: null,
  enterConfirmations: 1,
  exitHoldSeconds: 0,
  hysteresisMeters: 3,
  exitUsesAccuracy: false,
  maxCrossGapSeconds: 600,
  lateActionMaxAgeMinutes: 15,
};

describe('a new fence', () => {
  test('has the defaults of the contract, and every field in its answer', () => {
    const answer = shown(drafted());
    expect(answer).toMatchObject({ ...defaults, name: 'A', version: 1, createdAt: '2026-03-22T10:00:00Z' });
    expect(Object.keys(answer).sort()).toEqual(Object.keys(Geofence.shape).sort());
    expect(Geofence.parse(answer)).toEqual(answer);
  });

  test('keeps what was given; nulls that clear are the empty values', () => {
    expect(shown(drafted(full))).toMatchObject({ ...full, noise: wholeNoise });
    const cleared = {
      description: null,
      action: null,
      tags: null,
      metadata: null,
      groupName: null,
      externalId: null,
      noise: null,
      dwellMinutes: null,
    };
    expect(shown(drafted(cleared))).toMatchObject(defaults);
  });

  test('dwells five minutes where it is to dwell and nothing else is said', () => {
    expect(drafted({ triggerOn: 'dwell' }).dwellMinutes).toBe(5);
    expect(drafted({ triggerOn: 'dwell', dwellMinutes: null }).dwellMinutes).toBe(5);
    expect(drafted({ triggerOn: 'dwell', dwellMinutes: 9 }).dwellMinutes).toBe(9);
    expect(drafted({ triggerOn: 'enter' }).dwellMinutes).toBeNull();
  });

  test('has each tag once, in the order given', () => {
    expect(drafted({ tags: ['b', 'a', 'b', 'B'] }).tags).toEqual(['b', 'a', 'B']);
  });

  test('ignores what only the server says', () => {
    const served = { id: 'mine', tenantId: 1, version: 99, createdAt: 'x', updatedAt: null, geometryType: 'Sphere' };
    expect(shown(drafted(served))).toEqual(shown(drafted()));
  });
});

describe('a body', () => {
  const refused = (body: Body) => GeofenceDraft.safeParse({ name: 'A', ...place, ...body }).error?.issues.length ?? 0;

  test.each<[string, unknown[], unknown[]]>([
    ['name', ['', 'x'.repeat(256), null, 1], ['x', 'x'.repeat(255), '日本']],
    ['description', ['x'.repeat(2001), 1], ['', 'x'.repeat(2000)]],
    ['latitude', [90.1, -90.1, '1', null, Number.NaN], [90, -90, 0]],
    ['longitude', [180.1, -180.1, '1', null], [180, -180]],
    ['radiusMeters', [0, -1, 1.5, '5', null], [1, 100_000]],
    ['triggerOn', ['Enter', '', null], ['enter', 'exit', 'dwell']],
    ['dwellMinutes', [0, 10_081, 1.5], [1, 10_080, null]],
    ['cooldownMs', [-1, 31_536_000_001, 0.5, null], [0, 31_536_000_000]],
    ['status', ['ACTIVE', null], ['active', 'inactive']],
    [
      'tags',
      [Array(21).fill('t'), ['-x'], [''], ['x'.repeat(65)], ['a,b'], [1], 'x'],
      [[], ['x'.repeat(64)], ['ä 1_-.:/@+'], Array(20).fill('t')],
    ],
    ['groupName', ['', 'x'.repeat(101)], [null, 'x'.repeat(100)]],
    ['externalId', ['', 'x'.repeat(129)], [null, 'x'.repeat(128)]],
    ['action', [[], 'x', { a: 'x'.repeat(8192) }], [{}, { a: 'x'.repeat(8000) }, null]],
    ['metadata', [[], { a: 'x'.repeat(16_384) }], [{}, { a: 'x'.repeat(16_000) }, null]],
    [
      'noise',
      [{ unknown: 1 }, { enterConfirmations: 0 }, { exitHoldSeconds: 3601 }, []],
      [{}, null, { maxAccuracyMeters: null }],
    ],
    ['detectCrossing', ['true', 1, null], [true, false]],
  ])('is refused for a %s beyond its rule, and taken at its limits', (field, wrong, right) => {
    for (const value of wrong) expect(refused({ [field]: value }), JSON.stringify(value)).toBeGreaterThan(0);
    for (const value of right) expect(refused({ [field]: value }), JSON.stringify(value)).toBe(0);
  });

  test('in the other letter case is refused', () => {
    expect(refused({ radius_meters: 5 })).toBe(1);
  });
});

describe('a partial update', () => {
  test('changes what it says and nothing else', () => {
    const fence = drafted(full);
    for (const [field, value] of Object.entries({ ...defaults, name: 'B', latitude: 3, tags: ['z'] })) {
      const next = patched(fence, { [field]: value });
      const [a, b] = [shown(fence), shown(next)];
      const changed = Object.keys(a).filter((key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]));
      const follows = field === 'latitude' || field === 'radiusMeters' ? [field, 'geometry'] : [field];
      expect(changed.sort(), field).toEqual([...follows, 'updatedAt', 'version'].sort());
      expect(b).toMatchObject({ [field]: value, version: 2, updatedAt: '2026-03-22T10:00:01Z' });
    }
  });

  test('clears with null, replaces objects and arrays whole', () => {
    const fence = drafted(full);
    const cleared = patched(fence, {
      description: null,
      action: null,
      tags: null,
      metadata: null,
      groupName: null,
      externalId: null,
      noise: null,
      dwellMinutes: null,
    });
    expect(shown(cleared)).toMatchObject({
      description: '',
      action: {},
      tags: [],
      metadata: {},
      groupName: null,
      externalId: null,
      noise: null,
      dwellMinutes: null,
    });
    expect(patched(fence, { metadata: { other: 1 } }).metadata).toEqual({ other: 1 });
    expect(patched(fence, { noise: { exitHoldSeconds: 5 } }).noise).toEqual({
      ...wholeNoise,
      hysteresisMeters: 0,
      exitHoldSeconds: 5,
    });
  });

  test('that begins to dwell dwells five minutes, or as long as was said before', () => {
    expect(patched(drafted(), { triggerOn: 'dwell' }).dwellMinutes).toBe(5);
    expect(patched(drafted({ dwellMinutes: 9 }), { triggerOn: 'dwell' }).dwellMinutes).toBe(9);
    expect(patched(drafted({ triggerOn: 'dwell', dwellMinutes: 9 }), { dwellMinutes: null }).dwellMinutes).toBe(5);
  });
});

describe('a replacement', () => {
  test('returns what it does not say to the defaults', () => {
    expect(shown(replaced(drafted(full), { name: 'B', ...place }))).toMatchObject({
      ...defaults,
      ...place,
      name: 'B',
      version: 2,
    });
  });

  test('needs a place', () => {
    expect(() => replaced(drafted(), { name: 'B' })).toThrow(expect.objectContaining({ code: 'VALIDATION_ERROR' }));
  });
});

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

  test('is told before and after in the audit trail, geometry by type, size and place', () => {
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

test('fields of a body are those of a fence', () => {
  const fields: (keyof GeofenceFields)[] = Object.keys(GeofencePatch.shape) as (keyof GeofenceFields)[];
  expect(fields.sort()).toEqual(Object.keys(Geofence.shape).sort());
});
