import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../../shared/geo/geometry.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { packGeometry, unpackGeometry } from '../../../shared/geo/pack.ts';
import { decodeShape, encodeShape, type PostingShape } from '../../../shared/geo/posting.ts';
import { starRing } from './support/globe.ts';
import { nastyFences } from './support/nasty-fences.ts';
import { seededRandom } from './support/random.ts';

const degrees = (limit: number) => fc.integer({ min: -limit * 1e7, max: limit * 1e7 }).map((grid) => grid / 1e7);
const position = fc.tuple(degrees(180), degrees(90)) as fc.Arbitrary<Position>;
const ring = fc.array(position, { minLength: 3, maxLength: 12 }).map((open): Position[] => [...open, open[0]!]);

describe('packGeometry', { timeout: 60_000 }, () => {
  const rings = fc.array(ring, { minLength: 1, maxLength: 4 });
  const geometry = fc.oneof(
    fc.record({
      type: fc.constant('Circle' as const),
      center: position,
      radiusMeters: fc.integer({ min: 1, max: 1e5 }),
    }),
    fc.record({ type: fc.constant('Polygon' as const), coordinates: rings }),
    fc.record({
      type: fc.constant('MultiPolygon' as const),
      coordinates: fc.array(rings, { minLength: 1, maxLength: 4 }),
    }),
  );

  it('loses nothing', () => {
    fc.assert(fc.property(geometry, (value) => void expect(unpackGeometry(packGeometry(value))).toEqual(value)));
    for (const fence of nastyFences(seededRandom(5), 180)) expect(unpackGeometry(packGeometry(fence))).toEqual(fence);
  });

  it('takes at most 80 KB for 10,000 positions, however far apart', () => {
    const far = starRing([0, 0], 9999, (_, i) => (i % 2 ? 17 : 1));
    const bytes = packGeometry(normalizeGeometry({ type: 'Polygon', coordinates: [far] }));
    expect(bytes.length).toBeLessThanOrEqual(81_920);
    const near = packGeometry(normalizeGeometry({ type: 'Polygon', coordinates: [starRing([5, 5], 9999, () => 0.1)] }));
    expect(near.length).toBeLessThan(50_000);
  });

  it('refuses foreign or truncated bytes', () => {
    expect(() => unpackGeometry(new Uint8Array())).toThrow(RangeError);
    expect(() => unpackGeometry(Uint8Array.of(0x21, 1))).toThrow(RangeError);
    const bytes = packGeometry({ type: 'Circle', center: [1, 2], radiusMeters: 500 });
    expect(() => unpackGeometry(bytes.slice(0, -1))).toThrow(RangeError);
  });
});

describe('encodeShape', () => {
  const unit = fc.integer({ min: -5_400_000_000, max: 5_400_000_000 });
  const chains = fc.array(fc.array(fc.tuple(unit, unit), { minLength: 2, maxLength: 6 }), { maxLength: 5 });
  const edges = chains.map((lists) =>
    Float64Array.from(lists.flatMap((list) => list.slice(1).flatMap((point, i) => [...list[i]!, ...point]))),
  );
  const shape: fc.Arbitrary<PostingShape> = fc.oneof(
    fc.constantFrom<PostingShape>({ kind: 'full' }, { kind: 'empty' }),
    fc.record({
      kind: fc.constant('circle' as const),
      latitude: degrees(90),
      longitude: degrees(180),
      radiusMeters: fc.integer({ min: 1, max: 1e5 }),
    }),
    fc.record({
      kind: fc.constant('clipped' as const),
      centerX: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }),
      centerY: fc.integer({ min: -900_000_000, max: 900_000_000 }),
      centerInside: fc.boolean(),
      edges,
    }),
  );

  it('loses nothing', () => {
    fc.assert(fc.property(shape, (value) => void expect(decodeShape(encodeShape(value))).toEqual(value)));
  });

  it('is a byte where no geometry is needed', () => {
    expect(encodeShape({ kind: 'full' })).toHaveLength(1);
    expect(encodeShape({ kind: 'empty' })).toHaveLength(1);
  });

  it('refuses foreign bytes', () => {
    expect(() => decodeShape(Uint8Array.of(0x20))).toThrow(RangeError);
    expect(() => decodeShape(Uint8Array.of(0x13))).toThrow(RangeError);
  });
});
