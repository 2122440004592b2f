import type { GridBox } from './box.ts';
import { FULL_TURN, GRID_PER_RADIAN, HALF_TURN, QUARTER_TURN } from './grid.ts';
import { EARTH_RADIUS_METERS } from './sphere.ts';

/**
 * The smallest box, in whole grid units, that contains every point within `meters` of a point. It continues beyond ±180
 * where the disc does; the box of a disc that contains a pole has all longitudes.
 */
export function discBox(x: number, y: number, meters: number): GridBox {
  const angle = meters / EARTH_RADIUS_METERS;
  const height = angle * GRID_PER_RADIAN;
  const south = Math.max(-QUARTER_TURN, Math.floor(y - height));
  const north = Math.min(QUARTER_TURN, Math.ceil(y + height));
  if (south === -QUARTER_TURN || north === QUARTER_TURN)
    return { west: x - HALF_TURN, south, east: x + HALF_TURN, north };
  const width = Math.asin(Math.min(1, Math.sin(angle) / Math.cos(y / GRID_PER_RADIAN))) * GRID_PER_RADIAN;
  return { west: Math.floor(x - width), south, east: Math.ceil(x + width), north };
}

/**
 * The union of boxes. Longitudes lie within ±180, so a box that crosses the antimeridian makes the union span all
 * longitudes.
 */
export class BoxUnion {
  #west = Number.POSITIVE_INFINITY;
  #south = Number.POSITIVE_INFINITY;
  #east = Number.NEGATIVE_INFINITY;
  #north = Number.NEGATIVE_INFINITY;

  add({ west, south, east, north }: GridBox): void {
    const crosses = west < -HALF_TURN || east > HALF_TURN || east - west >= FULL_TURN;
    this.#west = Math.min(this.#west, crosses ? -HALF_TURN : west);
    this.#east = Math.max(this.#east, crosses ? HALF_TURN : east);
    this.#south = Math.min(this.#south, south);
    this.#north = Math.max(this.#north, north);
  }

  /** Undefined if no box was added. */
  get box(): GridBox | undefined {
    const [west, south, east, north] = [this.#west, this.#south, this.#east, this.#north];
    return west > east ? undefined : { west, south, east, north };
  }
}
