import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Candidate } from '../../../shared/geocoding/candidate.ts';
import { decisiveCandidates, judge } from '../../../shared/geocoding/gate.ts';
import { type GeocodingSettings, geocodingOf, precisions } from '../../../shared/tenancy/geocoding-settings.ts';

const defaults = geocodingOf({});
const home: Candidate = {
  latitude: 37.7749,
  longitude: -122.4194,
  label: '1 Main St, San Francisco, CA, USA',
  confidence: 1,
  precision: 'address',
};
/** A point this many metres to the north of `home`, on the sphere. */
const north = (meters: number, more: Partial<Candidate> = {}): Candidate => ({
  ...home,
  latitude: home.latitude + (meters / 6371008.7714) * (180 / Math.PI),
  label: '1 Main St, Elsewhere, CA, USA',
  ...more,
});
const pass = (candidates: readonly Candidate[], settings: Partial<GeocodingSettings> = {}) =>
  judge(decisiveCandidates(candidates), { ...defaults, ...settings });
const failed = (message: string) => ({ kind: 'failed', message });

describe('what was found is', () => {
  test('the place, its label and how sure it is', () => {
    const { precision: _, ...found } = home;
    expect(pass([home])).toEqual({ kind: 'found', ...found });
  });

  test('nothing: the plain sentence', () => {
    expect(pass([])).toEqual(failed('Could not geocode address'));
  });

  test.each([
    [0.7, 'found'],
    [0.6999, 'failed'],
  ])('with a confidence of %d %s', (confidence, kind) => {
    expect(pass([{ ...home, confidence }]).kind).toBe(kind);
  });

  test('too uncertain, and says what the nearest was', () => {
    const message = `Could not geocode address: the nearest match, "${home.label}", is too uncertain; check the spelling`;
    expect(pass([{ ...home, confidence: 0.5 }])).toEqual(failed(message));
  });

  test('as fine as the least precision, or none', () => {
    for (const [i, precision] of precisions.entries()) {
      for (const [j, minPrecision] of precisions.entries()) {
        expect(pass([{ ...home, precision }], { minPrecision }).kind).toBe(i >= j ? 'found' : 'failed');
      }
    }
  });

  test.each([
    ['locality', 'street', 'only the city "X" was found; add street and house number'],
    ['country', 'street', 'only the country "X" was found; add street and house number'],
    ['street', 'address', 'only the street "X" was found; add the house number'],
    ['postcode', 'address', 'only the postal code "X" was found; add street and house number'],
    ['locality', 'postcode', 'only the city "X" was found; add the postal code'],
    ['region', 'locality', 'only the region "X" was found; add the city'],
    ['country', 'region', 'only the country "X" was found; add the region'],
  ] as const)('a %s where a %s is asked for: %s', (precision, minPrecision, reason) => {
    const outcome = pass([{ ...home, precision, label: 'X' }], { minPrecision });
    expect(outcome).toEqual(failed(`Could not geocode address: ${reason}`));
  });
});

describe('places alike', () => {
  test('are named, two of them', () => {
    const rival = north(50_000);
    const reason = `it matches several places, such as "${home.label}" and "${rival.label}"; add the city, region or postal code`;
    expect(pass([home, rival])).toEqual(failed(`Could not geocode address: ${reason}`));
  });

  test.each([
    ['a kilometre away are one', [home, north(999)], {}, 'found'],
    ['further away are two', [home, north(1001)], {}, 'failed'],
    [
      'less certain by a hundredth are two',
      [{ ...home, confidence: 0.95 }, north(9e4, { confidence: 0.94 })],
      {},
      'failed',
    ],
    [
      'less certain by more are not alike',
      [{ ...home, confidence: 0.95 }, north(9e4, { confidence: 0.9399 })],
      {},
      'found',
    ],
    ['of which only one is fine enough are one', [home, north(9e4, { precision: 'locality' })], {}, 'found'],
    ['are two whichever of the others it is', [home, north(10), north(9e4, { precision: 'street' })], {}, 'failed'],
    ['are chosen from by nearness', [home, north(9e4)], { bias: { latitude: 0, longitude: 0 } }, 'found'],
  ] as const)('%s', (_, candidates, settings, kind) => {
    expect(pass(candidates, settings).kind).toBe(kind);
  });
});

test('the stored part of the candidates leads to the same judgement as all of them', () => {
  const candidate = fc.record({
    latitude: fc.constantFrom(37.7749, 37.78, 40),
    longitude: fc.constantFrom(-122.4194, 10),
    label: fc.string({ minLength: 1, maxLength: 3 }),
    confidence: fc.constantFrom(1, 0.995, 0.99, 0.98, 0.7, 0.5),
    precision: fc.constantFrom(...precisions),
  });
  const settings = fc.record({
    bias: fc.constantFrom(null, { latitude: 1, longitude: 1 }),
    minPrecision: fc.constantFrom(...precisions),
    minConfidence: fc.constantFrom(0, 0.7, 0.99),
  });
  fc.assert(
    fc.property(fc.array(candidate, { maxLength: 5 }), settings, (candidates, given) => {
      const kept = decisiveCandidates(candidates);
      expect(kept[0]).toBe(candidates[0]);
      expect(decisiveCandidates(kept)).toEqual(kept);
      const { kind, ...found } = judge(kept, { ...defaults, ...given });
      if (kind === 'found') expect(candidates[0]).toMatchObject(found);
    }),
  );
});
