import { latLngToCell, POLYGON_TO_CELLS_FLAGS, polygonToCellsExperimental } from 'h3-js';
import { describe, expect, it } from 'vitest';
import { ancestor, fromH3 } from '../../../shared/geo/cell-number.ts';
import { type Cell, LADDER, resolutionOf, toCell } from '../../../shared/geo/cells.ts';
import { cellBudget, clipGeometry, coverGeometry } from '../../../shared/geo/cover.ts';
import type { Geometry, Position } from '../../../shared/geo/geometry.ts';
import { ladderOf } from '../../../shared/geo/ladder.ts';
import { positionCount } from '../../../shared/geo/measure.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { encodeShape } from '../../../shared/geo/posting.ts';
import { runs } from '../../support/thorough.ts';
import { CoverIndex } from './support/cover-index.ts';
import { anywhere, clampLatitude, coastRing, starRing } from './support/globe.ts';
import { cellFromH3 } from './support/h3.ts';
import { limitFence, limitKinds } from './support/limit-fences.ts';
import { nastyFences } from './support/nasty-fences.ts';
import { nastyPoints } from './support/nasty-points.ts';
import { oracleOf } from './support/oracle.ts';
import { pick, type Random, seededRandom } from './support/random.ts';

/** Points for which the index and the truth differ, or for which two cells answer although cells are disjoint. */
function wrongAnswers(
  random: Random,
  fences: Geometry[],
  index: CoverIndex,
  points: number,
  disjoint: boolean,
): unknown[] {
  const oracles = fences.map(oracleOf);
  const next = nastyPoints(random, fences);
  const wrong: unknown[] = [];
  for (let i = 0; i < points; i++) {
    const [longitude, latitude] = next();
    const list = index.find(longitude, latitude);
    const found = new Set(list);
    if (disjoint && found.size !== list.length) wrong.push({ longitude, latitude, twice: list });
    for (const [fence, contains] of oracles.entries()) {
      if (contains(longitude, latitude) !== found.has(fence)) wrong.push({ longitude, latitude, fence: fences[fence] });
    }
  }
  return wrong;
}

/**
 * Cells under which a fence may still be stored from earlier shapes: any cells of the ladder, most of them near the
 * cover.
 */
function strayCells(random: Random, cover: readonly Cell[], next: () => Position): Cell[] {
  const stray = Array.from({ length: 12 }, () => {
    const [longitude, latitude] = next();
    return pick(random, ladderOf(latitude, longitude));
  });
  return [...new Set([...cover, ...stray])];
}

describe('coverGeometry', () => {
  it('decides as brute force does, and answers each fence once', () => {
    const random = seededRandom(101);
    const fences = nastyFences(random, runs(360));
    expect(wrongAnswers(random, fences, new CoverIndex(fences), runs(12_000), true)).toEqual([]);
  });

  it('stays exact on a lowered budget', () => {
    const random = seededRandom(102);
    const fences = nastyFences(random, runs(180));
    const index = new CoverIndex(fences, (fence) => coverGeometry(fence, { maxCells: 1 + Math.floor(random() * 12) }));
    expect(wrongAnswers(random, fences, index, runs(8000), true)).toEqual([]);
  });

  it('keeps to the budget', () => {
    const random = seededRandom(103);
    for (const fence of nastyFences(random, runs(360))) {
      const isCap =
        fence.type === 'Polygon' && positionCount(fence) < 45 && Math.abs(fence.coordinates[0]![0]![1]) > 60;
      const edges = fence.type === 'Circle' ? 1 : positionCount(fence);
      const cells = coverGeometry(fence);
      if (!isCap) expect(cells.length).toBeLessThanOrEqual(cellBudget(edges));
      expect(cells.length).toBeGreaterThan(0);
      expect(cells.every(({ shape }) => shape.kind !== 'empty')).toBe(true);
      expect(new Set(cells.map(({ cell }) => cell)).size).toBe(cells.length);
      for (const { cell } of cells) expect(LADDER).toContain(resolutionOf(cell));
    }
    expect([1, 64, 65, 512, 513, 10_000].map(cellBudget)).toEqual([16, 16, 32, 32, 44, 44]);
  });

  it('of the most positions decides as brute force does, and stays below 1 MB', () => {
    const random = seededRandom(106);
    const sizes = [12, 1, 0.05];
    const places: Position[] = [
      [10, 40],
      [179.97, -30],
    ];
    const fences = limitKinds.flatMap(
      (kind, i) => limitFence(kind, random, places[i % 2]!, sizes[i % 3]!) ?? limitFence(kind, random, places[0]!, 3)!,
    );
    expect(wrongAnswers(random, fences, new CoverIndex(fences), runs(3000), true)).toEqual([]);
    for (const fence of fences) {
      const bytes = coverGeometry(fence).map(({ shape }) => encodeShape(shape).length);
      expect(bytes.reduce((a, b) => a + b)).toBeLessThan(1_000_000);
    }
  });

  it('takes at most maxCells where the coarsest cells allow it', () => {
    const random = seededRandom(104);
    for (let maxCells = 1; maxCells <= 20; maxCells++) {
      const ring = coastRing(random, [10 + 5 * random(), 48], 0.5 * random() + 0.01, 300);
      const cells = coverGeometry(normalizeGeometry({ type: 'Polygon', coordinates: [ring] }), { maxCells });
      expect(cells.length).toBeLessThanOrEqual(Math.max(3, maxCells));
    }
  });

  it('holds every resolution-15 cell that H3 finds overlapping', () => {
    const random = seededRandom(105);
    for (let i = 0; i < 40; i++) {
      const [longitude, latitude] = anywhere(random);
      const center: Position = [longitude, clampLatitude(latitude, 75)];
      const ring = starRing(center, 5 + i, () => (0.3 + 0.7 * random()) * 2e-4);
      const fence = normalizeGeometry({ type: 'Polygon', coordinates: [ring] });
      if (fence.type !== 'Polygon') continue;
      const cover = new Set<string>(coverGeometry(fence).map(({ cell }) => cell));
      const overlapping = polygonToCellsExperimental(
        fence.coordinates,
        15,
        POLYGON_TO_CELLS_FLAGS.containmentOverlapping,
        true,
      );
      for (const h3 of overlapping) {
        const fine = fromH3(h3).cell;
        expect(LADDER.filter((r) => cover.has(toCell(ancestor(fine, 15 - r), r)))).toHaveLength(1);
      }
    }
  });

  it('marks cells deep inside as full', () => {
    const fence = normalizeGeometry({ type: 'Circle', center: [8.5, 47.4], radiusMeters: 100_000 });
    expect(coverGeometry(fence).some(({ shape }) => shape.kind === 'full')).toBe(true);
  });
});

describe('clipGeometry', () => {
  it('is exact on any superset of a cover', () => {
    const random = seededRandom(106);
    const fences = nastyFences(random, runs(270));
    const next = nastyPoints(random, fences);
    const index = new CoverIndex(fences, (fence) => {
      const cover = coverGeometry(fence).map(({ cell }) => cell);
      return clipGeometry(fence, strayCells(random, cover, next));
    });
    expect(wrongAnswers(random, fences, index, runs(8000), false)).toEqual([]);
  });

  it('is exact if the cover of another shape is stored beside its own', () => {
    const random = seededRandom(107);
    const fences = nastyFences(random, runs(270));
    const index = new CoverIndex(fences, (fence) => {
      const other = pick(random, fences);
      const cells = [...coverGeometry(fence), ...coverGeometry(other)].map(({ cell }) => cell);
      return clipGeometry(fence, [...new Set(cells)]);
    });
    expect(wrongAnswers(random, fences, index, runs(8000), false)).toEqual([]);
  });

  it('is empty where the shape does not reach', () => {
    const far = cellFromH3(latLngToCell(-30, 100, 8));
    const fence = normalizeGeometry({ type: 'Circle', center: [8.5, 47.4], radiusMeters: 1000 });
    expect(clipGeometry(fence, [far])).toEqual([{ cell: far, shape: { kind: 'empty' } }]);
  });
});
