import { distanceMeters } from '../../../shared/geo/sphere.ts';
import type { Point } from './gazetteer/rows.ts';
import { countries, type Key, postalAreas, regions, streets, towns } from './gazetteer.ts';
import { type Match, matchCountry, matchPostcode, matchRegion, matchStreet, matchTown } from './matches.ts';
import { type Place, placeOf } from './place.ts';
import { type Query, readQuery } from './query.ts';

export interface Search {
  readonly text: string;
  /** The point from which distances are measured. Among results that match equally well, the nearest comes first. */
  readonly near?: Point | undefined;
  /** West, south, east, north; the west is greater than the east if the box crosses the antimeridian. */
  readonly box?: readonly number[] | undefined;
  /** ISO 3166 alpha-3. */
  readonly countries?: readonly string[] | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly limit: number;
}

export interface Result {
  readonly Place: Place;
  /** How well the place matches the text: above 0, up to 1. */
  readonly Relevance: number;
  /** Metres from the search's `near`. */
  readonly Distance?: number;
}

/** Below this relevance a text means something else, which is not known. */
const leastRelevance = 0.5;

/** Results that are worse than the best by more than this are dropped. */
const mostBehindBest = 0.2;

/**
 * Finds what a text means in the gazetteer: addresses and streets, postcodes, towns, regions or countries, whichever
 * explain the text best. The most relevant come first; the list is empty when nothing matches.
 */
export function search({ text, near, box, countries: codes, categories, limit }: Search): Result[] {
  const results = bestMatches(readQuery(text)).map((match) => resultOf(match, near));
  return results
    .filter(({ Place: { Country, Categories, Geometry } }) => {
      const isOfCategory = !categories || Categories.some((category) => categories.includes(category));
      return isOfCategory && (!codes || codes.includes(Country)) && (!box || isInside(Geometry.Point, box));
    })
    .sort((a, b) => b.Relevance - a.Relevance || (a.Distance ?? 0) - (b.Distance ?? 0))
    .slice(0, limit);
}

function bestMatches(query: Query): Match[] {
  const levels = [
    named(query, streets).map((street) => matchStreet(query, street)),
    named(query, postalAreas).map((area) => matchPostcode(query, area)),
    named(query, towns).map((town) => matchTown(query, town)),
    named(query, regions).map((region) => matchRegion(query, region)),
    named(query, countries).map((country) => matchCountry(query, country)),
  ].map((found) => found.filter((match): match is Match => match !== undefined && match.relevance >= leastRelevance));
  const best = Math.max(...levels.flat().map(({ relevance }) => relevance));
  const level = levels.find((found) => found.some(({ relevance }) => relevance === best));
  return level?.filter(({ relevance }) => relevance >= best - mostBehindBest) ?? [];
}

function named<T extends { readonly keys: readonly Key[] }>(query: Query, things: readonly T[]): T[] {
  return things.filter(({ keys }) => keys.some(({ key }) => query.find(key).length > 0));
}

function resultOf(match: Match, near: Point | undefined): Result {
  const place = placeOf(match);
  const result = { Place: place, Relevance: match.relevance };
  if (!near) return result;
  const [longitude, latitude] = place.Geometry.Point;
  return { ...result, Distance: distanceMeters(near[1], near[0], latitude, longitude) };
}

function isInside([longitude, latitude]: Point, box: readonly number[]): boolean {
  const [west, south, east, north] = box as [number, number, number, number];
  const isBetween = west <= east ? west <= longitude && longitude <= east : west <= longitude || longitude <= east;
  return isBetween && south <= latitude && latitude <= north;
}
