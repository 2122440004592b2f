import { describe, expect, test } from 'vitest';
import { Geofence, GeofenceDraft, type GeofenceFields, GeofencePatch } from '../../../shared/geofences/wire.ts';
import { type Body, defaults, drafted, full, patched, place, replaced, shown, wholeNoise } from './bodies.ts';

describe('a new fence', () => {
  test('has the defaults of the contract, and every field in its answer', () => {
    const answer = shown(drafted());
    expect(answer).toMatchObject({ ...defaults, name: 'A', version: 1, createdAt: '2026-03-22T10:00:00Z' });
    expect(Object.keys(answer).sort()).toEqual(Object.keys(Geofence.shape).sort());
    expect(Geofence.parse(answer)).toEqual(answer);
  });

  test('keeps the given values; nulls that clear are the empty values', () => {
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

  test('ignores fields that only the server sets', () => {
    const served = { id: 'mine', tenantId: 1, version: 99, createdAt: 'x', updatedAt: null, geometryType: 'Sphere' };
    expect(shown(drafted(served))).toEqual(shown(drafted()));
  });
});

describe('a body', () => {
  const refused = (body: Body) => GeofenceDraft.safeParse({ name: 'A', ...place, ...body }).error?.issues.length ?? 0;

  test.each<[string, unknown[], unknown[]]>([
    [
      'name',
      ['', ' ', '\u200b\u2060', 'a\u0000', 'x'.repeat(256), '😀'.repeat(256), null, 1],
      ['x', 'x'.repeat(255), '😀'.repeat(255), '日本', 'क्‍ष'],
    ],
    ['description', ['x'.repeat(2001), 1], ['', 'x'.repeat(2000)]],
    ['latitude', [90.1, -90.1, '1', Number.NaN], [90, -90, 0]],
    ['longitude', [180.1, -180.1, '1'], [180, -180]],
    ['radiusMeters', [0, -1, 1.5, '5'], [1, 100_000]],
    ['triggerOn', ['Enter', ''], ['enter', 'exit', 'dwell']],
    ['dwellMinutes', [0, 10_081, 1.5], [1, 10_080, null]],
    ['cooldownMs', [-1, 31_536_000_001, 0.5], [0, 31_536_000_000]],
    ['status', ['ACTIVE'], ['active', 'inactive']],
    [
      'tags',
      [Array(21).fill('t'), ['-x'], [''], ['x'.repeat(65)], ['a,b'], [1], 'x'],
      [[], ['x'.repeat(64)], ['ä 1_-.:/@+'], Array(20).fill('t')],
    ],
    ['groupName', ['', ' ', '\u200b', 'a\nb', 'x'.repeat(101)], [null, 'x'.repeat(100)]],
    ['externalId', ['', ' a', 'a\u200b', 'x'.repeat(129)], [null, 'x'.repeat(128)]],
    ['action', [[], 'x', { a: 'x'.repeat(8192) }], [{}, { a: 'x'.repeat(8000) }, null]],
    ['metadata', [[], { a: 'x'.repeat(16_384) }], [{}, { a: 'x'.repeat(16_000) }, null]],
    [
      'noise',
      [{ unknown: 1 }, { enterConfirmations: 0 }, { exitHoldSeconds: 3601 }, []],
      [{}, null, { maxAccuracyMeters: null }],
    ],
    ['detectCrossing', ['true', 1], [true, false]],
  ])('is refused for a %s beyond its rule, and taken at its limits', (field, wrong, right) => {
    for (const value of wrong) expect(refused({ [field]: value }), JSON.stringify(value)).toBeGreaterThan(0);
    for (const value of right) expect(refused({ [field]: value }), JSON.stringify(value)).toBe(0);
  });

  test('in the other letter case is refused', () => {
    expect(refused({ radius_meters: 5 })).toBe(1);
  });
});

describe('a partial update', () => {
  test('changes the given fields and nothing else', () => {
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
  test('returns absent fields to the defaults', () => {
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

test('fields of a body are those of a fence', () => {
  const fields: (keyof GeofenceFields)[] = Object.keys(GeofencePatch.shape) as (keyof GeofenceFields)[];
  expect(fields.sort()).toEqual(Object.keys(Geofence.shape).sort());
});
