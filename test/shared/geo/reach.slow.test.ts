import { cellToBoundary, getPentagons, gridDisk, latLngToCell } from 'h3-js';
import { describe, expect, it } from 'vitest';
import { children, fromH3, ROOTS, toH3 } from '../../../shared/geo/cell-number.ts';
import { LADDER } from '../../../shared/geo/cells.ts';
import { faceCosine } from '../../../shared/geo/face-projection.ts';
import { discOf, REACH_KILOMETERS } from '../../../shared/geo/reach.ts';
import { distanceMeters, toVector } from '../../../shared/geo/sphere.ts';
import { anywhere } from './support/globe.ts';
import { centerInH3 } from './support/h3.ts';
import { seededRandom } from './support/random.ts';

interface Descendant {
  cell: number;
  resolution: number;
  meters: number;
}

/** Converts a distance from a cell's centre to kilometres at resolution 0 and θ = 0, by the scale of the bound. */
function inKilometers(meters: number, cell: number, resolution: number): number {
  const [latitude, longitude] = centerInH3(cell, resolution);
  return meters / 1000 / (7 ** (-resolution / 2) * faceCosine(toVector(latitude, longitude)));
}

function descend(level: Descendant[], [latitude, longitude]: [number, number]): Descendant[] {
  return level.flatMap(({ cell, resolution }) =>
    children(cell, resolution).map((child) => {
      const center = centerInH3(child, resolution + 1);
      return { cell: child, resolution: resolution + 1, meters: distanceMeters(latitude, longitude, ...center) };
    }),
  );
}

/** All descendants for a few resolutions, then only the farthest ones, to the corners at resolution 15. */
function farthestKilometers(cell: number, resolution: number, enumerated: number): number {
  const center = centerInH3(cell, resolution);
  let level: Descendant[] = [{ cell, resolution, meters: 0 }];
  for (let at = resolution; at < 15; at++) {
    level = descend(level, center);
    if (at >= resolution + enumerated) level = level.sort((a, b) => b.meters - a.meters).slice(0, 12);
  }
  const corners = level.flatMap((fine) => cellToBoundary(toH3(fine.cell, fine.resolution)));
  return inKilometers(Math.max(...corners.map((corner) => distanceMeters(...center, ...corner))), cell, resolution);
}

const random = seededRandom(29);
/** Pentagons, the cells around them, and cells anywhere. */
function sample(resolution: number, anywhereCount: number): number[] {
  const pentagons = getPentagons(resolution).slice(0, 4);
  const around = pentagons.slice(0, 2).flatMap((pentagon) => gridDisk(pentagon, 1));
  const others = Array.from({ length: anywhereCount }, () => {
    const [longitude, latitude] = anywhere(random);
    return latLngToCell(latitude, longitude, resolution);
  });
  return [...new Set([...pentagons, ...around, ...others])].map((h3) => fromH3(h3).cell);
}

describe('the reach bound', () => {
  it('holds for all cells of resolution 0, and would not at 1460 km', () => {
    const farthest = Math.max(...ROOTS.map((root) => farthestKilometers(root, 0, 2)));
    expect(farthest).toBeLessThanOrEqual(REACH_KILOMETERS);
    expect(farthest).toBeGreaterThan(1460);
  });

  it.each(LADDER)('holds at resolution %i', (resolution) => {
    for (const cell of sample(resolution, 25)) {
      expect(farthestKilometers(cell, resolution, 2)).toBeLessThanOrEqual(REACH_KILOMETERS);
    }
  });

  it.each(LADDER)('at resolution %i follows from the bound five resolutions down', (resolution) => {
    for (const cell of sample(resolution, 2).slice(-6)) {
      const center = centerInH3(cell, resolution);
      let level: Descendant[] = [{ cell, resolution, meters: 0 }];
      for (let step = 0; step < 5; step++) level = descend(level, center);
      const scale = REACH_KILOMETERS * 1000 * 7 ** (-(resolution + 5) / 2);
      const reaches = level.map(({ cell: fine, resolution: at, meters }) => {
        return meters + scale * faceCosine(toVector(...centerInH3(fine, at)));
      });
      const farthest = reaches.reduce((a, b) => Math.max(a, b), 0);
      expect(inKilometers(farthest, cell, resolution)).toBeLessThanOrEqual(REACH_KILOMETERS);
    }
  });

  it('holds at resolution 15, where cells are hexagons and nothing less', () => {
    for (const cell of sample(15, 500)) {
      const center = centerInH3(cell, 15);
      const corners = cellToBoundary(toH3(cell, 15));
      const farthest = Math.max(...corners.map((corner) => distanceMeters(...center, ...corner)));
      expect(inKilometers(farthest, cell, 15)).toBeLessThanOrEqual(REACH_KILOMETERS);
    }
  });

  it('holds for points anywhere and the disc used in covers', () => {
    for (let i = 0; i < 3000; i++) {
      const [longitude, latitude] = anywhere(random);
      const fine = fromH3(latLngToCell(latitude, longitude, 15)).cell;
      for (const resolution of LADDER) {
        const disc = discOf(Math.floor(fine / 8 ** (15 - resolution)), resolution);
        const away = distanceMeters(disc.latitude, disc.longitude, latitude, longitude);
        expect(away).toBeLessThanOrEqual(disc.reachMeters);
      }
    }
  });

  it('is not claimed below the ladder', () => {
    expect(() => discOf(0, 11)).toThrow(RangeError);
  });
});
