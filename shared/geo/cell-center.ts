import { FINEST_RESOLUTION } from './cell-number.ts';
import { faceCosine, fromPlane } from './face-projection.ts';
import { BASE_CELLS, CLOCKWISE_FACES, FACES } from './icosahedron.ts';
import { RADIANS, type Vector } from './sphere.ts';
import { TURNED, turnsOf } from './turns.ts';

/**
 * The centre of an H3 cell in degrees; equals h3-js's `cellToLatLng` except for the last bits.
 *
 * A base cell lies on up to five faces, and each face places the cell on its own plane. The right face is the one whose
 * plane puts the cell on the face itself.
 */
export function centerOf(cell: number, resolution: number): [latitude: number, longitude: number] {
  const base = readDigits(cell, resolution);
  let center: Vector = [0, 0, 0];
  let least = Number.POSITIVE_INFINITY;
  for (const place of PLACES[base]!) {
    for (const turns of possibleTurns(base, place)) {
      const point = pointOf(place, turns);
      const strayed = faceCosine(point) - cosineAt(place.face, point);
      if (strayed >= least) continue;
      center = point;
      least = strayed;
    }
    if (least <= 0) break;
  }
  const [x, y, z] = center;
  return [Math.atan2(z, Math.sqrt(x * x + y * y)) / RADIANS, Math.atan2(y, x) / RADIANS];
}

/**
 * A base cell in the grid of a face, and the angle, in sixths of a turn, between its own axes and those of the face.
 */
interface Place {
  face: number;
  i: number;
  j: number;
  given: number;
}

/** By base cell. */
const PLACES = placesOfBaseCells();

function placesOfBaseCells(): Place[][] {
  const places: Place[][] = Array.from({ length: 122 }, () => []);
  for (const [at, entry] of BASE_CELLS.entries()) {
    const [i, j, k] = [Math.floor(at / 9) % 3, Math.floor(at / 3) % 3, at % 3];
    if (Math.min(i, j, k) > 0) continue;
    places[entry >> 3]!.push({ face: Math.floor(at / 27), i: i - k, j: j - k, given: entry & 7 });
  }
  return places;
}

/**
 * Digits of the resolutions 1 to 15, in the axes of the base cell. Digit 0 is the centre child, so zeros at the end
 * keep the centre.
 */
const digits = new Uint8Array(FINEST_RESOLUTION);

function readDigits(cell: number, resolution: number): number {
  digits.fill(0, resolution);
  let rest = cell;
  for (let at = resolution - 1; at >= 0; at--) {
    const up = Math.floor(rest / 8);
    digits[at] = rest - 8 * up;
    rest = up;
  }
  return rest;
}

const ALL_TURNS = [0, 1, 2, 3, 4, 5];
const HEXAGON_TURNS = ALL_TURNS.map((turns) => [turns]);
const back = (turns: number): number => (6 - turns) % 6;

function possibleTurns(base: number, { face, given }: Place): number[] {
  if (!CLOCKWISE_FACES.has(base)) return HEXAGON_TURNS[given]!;
  const first = digits.find((digit) => digit !== 0) ?? 0;
  return ALL_TURNS.filter((turns) => turnsOf(base, face, given, TURNED[8 * back(turns) + first]!) === turns);
}

/** By digit, the step on the axes i and j. */
const STEPS_I = Int8Array.of(0, -1, 0, -1, 1, 0, 1);
const STEPS_J = Int8Array.of(0, -1, 1, 0, 0, -1, 1);

/** Descends to resolution 15. Axes turn one way at odd resolutions and back at even ones. */
function pointOf(place: Place, turns: number): Vector {
  let { i, j } = place;
  const turned = 8 * back(turns);
  for (let at = 0; at < FINEST_RESOLUTION; at++) {
    const digit = TURNED[turned + digits[at]!]!;
    const isOdd = at % 2 === 0;
    const nextI = isOdd ? 2 * i + j : 3 * i - j;
    j = (isOdd ? 3 * j - i : i + 2 * j) + STEPS_J[digit]!;
    i = nextI + STEPS_I[digit]!;
  }
  return fromPlane(place.face, i - 0.5 * j, j * SIN_60);
}

const SIN_60 = Math.sqrt(3) / 2;

function cosineAt(face: number, [x, y, z]: Vector): number {
  const [cx, cy, cz] = FACES[face]!;
  return cx * x + cy * y + cz * z;
}
