import { type BoundingBox, everywhere } from '../geo/box.ts';

/**
 * `bbox` of OGC API Features as maps send it. A map may have been dragged around the globe or beyond a pole, and may
 * show more than the whole globe.
 */

/** Ten turns of the globe. Values beyond are treated as errors. */
const mostDegrees = 3600;

/** Whether a box covers the whole globe and so filters nothing. */
export const isEverywhere = (box: BoundingBox): boolean => box.every((degrees, i) => degrees === everywhere[i]);

/**
 * The box within ±180 and ±90; undefined if the text is not a box. Six numbers are a box in three dimensions; its
 * heights are ignored, because fences have none.
 *
 * @example readBox('170,-20,190,-10') // [170, -20, -170, -10]
 */
export function readBox(text: string): BoundingBox | undefined {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (![4, 6].includes(numbers.length) || !numbers.every(Number.isFinite)) return undefined;
  const [west, south, east, north] = numbers.length === 6 ? [0, 1, 3, 4].map((i) => numbers[i]!) : numbers;
  const longitudes = readLongitudes(west!, east!);
  if (!longitudes || south! > north!) return undefined;
  return [longitudes[0], withinPoles(south!), longitudes[1], withinPoles(north!)];
}

/** The longitudes within ±180. West is greater than east when the box crosses ±180. */
function readLongitudes(west: number, east: number): [west: number, east: number] | undefined {
  const [least, most] = [Math.min(west, east), Math.max(west, east)];
  if (least >= -180 && most <= 180) return [west, east];
  if (west > east || least < -mostDegrees || most > mostDegrees) return undefined;
  return east - west >= 360 ? [-180, 180] : [withinTurn(west), withinTurn(east)];
}

/** The same longitude, from -180 (included) to 180 (excluded). */
const withinTurn = (degrees: number): number => ((((degrees + 180) % 360) + 360) % 360) - 180;

const withinPoles = (degrees: number): number => Math.min(90, Math.max(-90, degrees));
