import { cellArea, cellToLatLng, getRes0Cells, latLngToCell, polygonToCells, uncompactCells } from 'h3-js';
import { describe, expect, it } from 'vitest';
import { areaSquareMeters } from '../../../shared/geo/area.ts';
import { cellOutline } from '../../../shared/geo/cell-outline.ts';
import { toFence } from '../../../shared/geo/cell-region.ts';
import { LADDER } from '../../../shared/geo/cells.ts';
import { geometryContains } from '../../../shared/geo/contains.ts';
import type { Position } from '../../../shared/geo/geometry.ts';
import { normalizeGeometry } from '../../../shared/geo/normalize.ts';
import { cellFromH3 } from './support/h3.ts';

const outlineOf = (h3: string) => cellOutline(cellFromH3(h3));
const ringsOf = (h3: string): Position[][] => {
  const { type, coordinates } = outlineOf(h3);
  return type === 'Polygon' ? coordinates : coordinates.flat();
};
/** Square degrees on the map, positive for a ring that runs counterclockwise. */
const mapArea = (ring: Position[]) =>
  ring.slice(1).reduce((sum, [x, y], i) => sum + (ring[i]![0] * y - x * ring[i]![1]) / 2, 0);

function expectDrawn(h3: string): void {
  for (const ring of ringsOf(h3)) {
    expect(ring[0]).toEqual(ring.at(-1));
    expect(mapArea(ring)).toBeGreaterThan(0);
    for (const [i, [x, y]] of ring.entries()) {
      expect(Math.abs(x) <= 180 && Math.abs(y) <= 90).toBe(true);
      const isAlongPole = i > 0 && Math.abs(y) === 90 && Math.abs(ring[i - 1]![1]) === 90;
      if (i > 0 && !isAlongPole) expect(Math.abs(x - ring[i - 1]![0]), h3).toBeLessThanOrEqual(180);
    }
  }
  expect(areaSquareMeters(toFence(outlineOf(h3))) / cellArea(h3, 'm2')).toBeCloseTo(1, 1);
  const [latitude, longitude] = cellToLatLng(h3);
  expect(geometryContains(outlineOf(h3), latitude, longitude), h3).toBe(true);
}

describe('the outline of a cell', { timeout: 60_000 }, () => {
  it('is cut at ±180', () => {
    const cut = outlineOf('827eb7fffffffff');
    expect(cut.type).toBe('MultiPolygon');
    const [west, east] = ringsOf('827eb7fffffffff').map((ring) => ring.map(([x]) => x)) as [number[], number[]];
    expect([Math.min(...west) > 170, Math.max(...west)]).toEqual([true, 180]);
    expect([Math.min(...east), Math.max(...east) < -170]).toEqual([-180, true]);
    expectDrawn('827eb7fffffffff');
  });

  it.each([90, -90])('over the pole at %i closes along the edge of the map', (pole) => {
    for (const resolution of LADDER) {
      const h3 = latLngToCell(pole, 0, resolution);
      const [ring, ...others] = ringsOf(h3);
      expect(others).toEqual([]);
      expect(ring).toContainEqual([-180, pole]);
      expect(ring).toContainEqual([180, pole]);
      expectDrawn(h3);
      if (resolution > 0) expect(() => normalizeGeometry(outlineOf(h3))).not.toThrow();
    }
  });

  it.each([0, 1, 2])('fills the map together with all others of resolution %i, and no more', (resolution) => {
    const cells = uncompactCells(getRes0Cells(), resolution);
    let area = 0;
    for (const h3 of cells) {
      expectDrawn(h3);
      area += ringsOf(h3).reduce((sum, ring) => sum + mapArea(ring), 0);
    }
    expect(area).toBeCloseTo(360 * 180, 4);
  });

  it('is drawn for the fine cells along ±180', () => {
    const strip = [
      [-16.6, 179.99],
      [-16.6, 180],
      [-16.5, 180],
      [-16.5, 179.99],
    ];
    const cells = polygonToCells(strip, 10);
    const cut = cells.filter((h3) => outlineOf(h3).type === 'MultiPolygon');
    for (const h3 of cells) expectDrawn(h3);
    expect(cut.length).toBeGreaterThan(20);
  });
});
