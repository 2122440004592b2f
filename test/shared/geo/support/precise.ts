/**
 * Distances in fixed-point arithmetic with 36 decimal digits, independent of the product's formulas and of floating
 * point.
 */
const DIGITS = 36n;
const ONE = 10n ** DIGITS;

const times = (a: bigint, b: bigint): bigint => (a * b) / ONE;

/** atan(1 / n), for Machin's formula. */
function arctanOf(n: bigint): bigint {
  let power = ONE / n;
  let sum = power;
  for (let k = 3n, sign = -1n; power !== 0n; k += 2n, sign = -sign) {
    power /= n * n;
    sum += (sign * power) / k;
  }
  return sum;
}

const PI = 4n * (4n * arctanOf(5n) - arctanOf(239n));
/** EARTH_RADIUS_METERS in tenths of a millimetre. */
const EARTH_TENTHS = 63_710_087_714n;

function sine(angle: bigint): bigint {
  const square = times(angle, angle);
  let term = angle;
  let sum = angle;
  for (let k = 2n; term !== 0n; k += 2n) {
    term = -times(term, square) / (k * (k + 1n));
    sum += term;
  }
  return sum;
}

const cosine = (angle: bigint): bigint => sine(PI / 2n - angle);

function squareRoot(value: bigint): bigint {
  if (value <= 0n) return 0n;
  const scaled = value * ONE;
  let root = BigInt(Math.floor(Math.sqrt(Number(scaled)))) + 1n;
  for (let next = 0n; ; root = next) {
    next = (root + scaled / root) / 2n;
    const change = next > root ? next - root : root - next;
    if (change <= 1n) return next;
  }
}

/** By Newton's method on the sine or, for large ones, on the cosine. */
function arcsine(value: bigint): bigint {
  const other = squareRoot(ONE - times(value, value));
  if (value > other) return PI / 2n - arcsine(other);
  let angle = BigInt(Math.round(Math.asin(Number(value) / Number(ONE)) * 1e15)) * 10n ** (DIGITS - 15n);
  for (let round = 0; round < 4; round++) {
    angle += ((value - sine(angle)) * ONE) / cosine(angle);
  }
  return angle;
}

/** Radians of an angle in 1e-7 degrees, itself a fraction `part / parts`. */
const radians = (grid: bigint, parts: bigint): bigint => (grid * PI) / (1_800_000_000n * parts);

/** sin² of half the angle between two points; the second one at `t / parts` between a and b. */
function haversine([x, y]: bigint[], [ax, ay, bx, by]: bigint[], t: bigint, parts: bigint): bigint {
  const qx = ax! * parts + t * (bx! - ax!);
  const qy = ay! * parts + t * (by! - ay!);
  const north = sine(radians(qy - y! * parts, 2n * parts));
  const east = sine(radians(qx - x! * parts, 2n * parts));
  const scale = times(cosine(radians(qy, parts)), cosine(radians(y!, 1n)));
  return times(north, north) + times(scale, times(east, east));
}

/** Tenths of a millimetre with 36 digits, as a number of metres. */
function metersOf(h: bigint): number {
  const tenths = 2n * arcsine(squareRoot(h)) * EARTH_TENTHS;
  return Number(tenths / 10n ** (DIGITS - 12n)) / 1e16;
}

const grid = (values: readonly number[]): bigint[] => values.map((value) => BigInt(Math.round(value)));

/** Metres between two points in grid units. */
export function preciseDistance(point: readonly [number, number], other: readonly [number, number]): number {
  return metersOf(haversine(grid(point), grid([...other, ...other]), 0n, 1n));
}

const PARTS = 2n ** 60n;
const SAMPLES = 512;

/**
 * Metres from a point to the nearest point of edges (ax, ay, bx, by one after the other, in grid units): every edge is
 * sampled, and a ternary search finds the minimum around each sample that may be the nearest.
 */
export function preciseEdgeDistance(point: readonly [number, number], edges: readonly number[][]): number {
  const rough = edges.map((edge) => Array.from({ length: SAMPLES + 1 }, (_, i) => roughly(point, edge, i / SAMPLES)));
  const best = Math.min(...rough.flat());
  const found: bigint[] = [];
  for (const [k, samples] of rough.entries()) {
    const [lowestSample, highest] = [Math.min(...samples), Math.max(...samples)];
    const step = highest - lowestSample;
    if (lowestSample > best + step / 16 + 1e-14) continue;
    // All samples of a short edge that is far away are equal; the search then covers the whole edge.
    if (step < 1e-12) found.push(lowest(point, edges[k]!, SAMPLES / 2, SAMPLES / 2));
    for (const [i, h] of step < 1e-12 ? [] : samples.entries()) {
      const [before, after] = [samples[i - 1] ?? Infinity, samples[i + 1] ?? Infinity];
      if (h <= before && h <= after) found.push(lowest(point, edges[k]!, i, 1));
    }
  }
  return metersOf(found.reduce((a, b) => (a < b ? a : b)));
}

function lowest(point: readonly [number, number], edge: readonly number[], sample: number, around: number): bigint {
  const at = (t: bigint) => haversine(grid(point), grid(edge), t, PARTS);
  const step = PARTS / BigInt(SAMPLES);
  let low = BigInt(Math.max(0, sample - around)) * step;
  let high = BigInt(Math.min(SAMPLES, sample + around)) * step;
  while (high - low > 2n ** 16n) {
    const third = (high - low) / 3n;
    if (at(low + third) < at(high - third)) high -= third;
    else low += third;
  }
  return [at(low), at((low + high) / 2n), at(high)].reduce((a, b) => (a < b ? a : b));
}

/** The same in floating point. */
function roughly([x, y]: readonly [number, number], [ax, ay, bx, by]: readonly number[], t: number): number {
  const unit = Math.PI / 1.8e9;
  const qy = ay! + t * (by! - ay!);
  const north = Math.sin(((qy - y) * unit) / 2);
  const east = Math.sin(((ax! + t * (bx! - ax!) - x) * unit) / 2);
  return north * north + Math.cos(qy * unit) * Math.cos(y * unit) * east * east;
}
