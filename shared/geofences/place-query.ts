import * as z from 'zod';

/** Filters by place, as query parameters of a list. */

const numbers = (text: string): number[] =>
  text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
/** The pattern of a number and `least` to `most` further ones. A pattern cannot say how large they may be. */
function listOfNumbers(least: number, most: number): string {
  const number = String.raw`[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?`;
  return `^${number}( *, *${number}){${least},${most}}$`;
}

const isLatitude = (value: number | undefined) => value !== undefined && value >= -90 && value <= 90;
const isLongitude = (value: number | undefined) => value !== undefined && value >= -180 && value <= 180;

const defaultNearMeters = 1000;
const maxNearMeters = 100_000;

export const bboxQuery = z
  .string()
  .transform(numbers)
  .refine(([west, south, east, north, ...more]) => {
    const inRange = isLongitude(west) && isLatitude(south) && isLongitude(east) && isLatitude(north);
    return more.length === 0 && inRange && south! <= north!;
  }, 'Should be minLng,minLat,maxLng,maxLat in degrees, with minLat at most maxLat')
  .transform(([west, south, east, north]) => [west, south, east, north] as [number, number, number, number])
  .meta({
    override: { type: 'string', pattern: listOfNumbers(3, 3), example: '-122.6,37.6,-122.3,37.9' },
    description:
      '`minLng,minLat,maxLng,maxLat`; minLng above maxLng crosses ±180. Lists fences that intersect the box; no `total`.',
  });

export const nearQuery = z
  .string()
  .transform(numbers)
  .refine(([latitude, longitude, meters = defaultNearMeters, ...more]) => {
    return (
      more.length === 0 && isLatitude(latitude) && isLongitude(longitude) && meters >= 0 && meters <= maxNearMeters
    );
  }, `Should be lat,lng or lat,lng,meters, in degrees and at most ${maxNearMeters} metres`)
  .transform(([latitude, longitude, meters]) => ({
    latitude: latitude!,
    longitude: longitude!,
    meters: meters ?? defaultNearMeters,
  }))
  .meta({
    override: { type: 'string', pattern: listOfNumbers(1, 2), example: '37.7955,-122.3937,500' },
    description:
      '`lat,lng` or `lat,lng,meters`. Fences whose edge or interior is within that distance, nearest first; no `total`.',
  });

export type Near = z.output<typeof nearQuery>;
