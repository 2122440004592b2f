import {
  type Country,
  keyOf,
  type PostalArea,
  postcodeKeys,
  type Region,
  type Street,
  type Stretch,
  type Town,
} from './gazetteer.ts';
import type { Query } from './query.ts';
import { type Claim, type Reading, readAs } from './reading.ts';

/** An entry of the gazetteer that a query may mean, and how certain that is: above 0, up to 1. */
export type Match = { readonly relevance: number } & (
  | { readonly kind: 'address'; readonly street: Street; readonly stretch: Stretch; readonly number: string }
  | { readonly kind: 'street'; readonly street: Street }
  | { readonly kind: 'postcode'; readonly area: PostalArea }
  | { readonly kind: 'town'; readonly town: Town }
  | { readonly kind: 'region'; readonly region: Region }
  | { readonly kind: 'country'; readonly country: Country }
);

const lossWithoutTown = 0.1;
const lossOutOfRange = 0.2;

export function matchStreet(query: Query, street: Street): Match | undefined {
  const reading = readAs(query);
  const name = reading.claim(street.keys);
  if (!name) return undefined;
  const number = claimHouseNumber(reading, name, street);
  const town = reading.claim(street.town.keys);
  const postcode = reading.claimExactly(street.stretches.flatMap((stretch) => postcodeKeys(stretch.postcode)));
  const around = claimRegion(reading, street.town.region, street.town.row.subRegion);
  const house = number ?? reading.claimNumber(name, 'behind');
  if (reading.isElsewhere(name)) return undefined;
  const stretch = house === undefined ? undefined : stretchWith(street, Number.parseInt(house, 10));
  const loss = (town || postcode ? 0 : lossWithoutTown) + (house && !stretch ? lossOutOfRange : 0);
  const relevance = relevanceOf(reading, name, [town, postcode, ...around], loss);
  return house && stretch
    ? { kind: 'address', street, stretch, number: house, relevance }
    : { kind: 'street', street, relevance };
}

export function matchPostcode(query: Query, area: PostalArea): Match | undefined {
  const reading = readAs(query);
  const code = reading.claimExactly(area.keys);
  if (!code) return undefined;
  const town = reading.claim(area.town.keys);
  const around = claimRegion(reading, area.town.region, area.town.row.subRegion);
  if (reading.unexplained(code) > 0) return undefined;
  return { kind: 'postcode', area, relevance: relevanceOf(reading, code, [town, ...around]) };
}

/** A town also matches a text with a street that is not known. */
export function matchTown(query: Query, town: Town): Match | undefined {
  const reading = readAs(query);
  const name = reading.claim(town.keys);
  if (!name) return undefined;
  const around = claimRegion(reading, town.region, town.row.subRegion);
  const postcodes = town.streets.flatMap((street) => street.stretches.map(({ postcode }) => postcode));
  const postcode = reading.claimExactly(postcodes.flatMap(postcodeKeys));
  if (reading.isElsewhere(name)) return undefined;
  return { kind: 'town', town, relevance: relevanceOf(reading, name, [postcode, ...around]) };
}

export function matchRegion(query: Query, region: Region): Match | undefined {
  const reading = readAs(query);
  const name = reading.claim(region.keys);
  if (!name) return undefined;
  const country = reading.claim(region.country.keys);
  if (reading.unexplained(name) > 0) return undefined;
  return { kind: 'region', region, relevance: relevanceOf(reading, name, [country]) };
}

export function matchCountry(query: Query, country: Country): Match | undefined {
  const reading = readAs(query);
  const name = reading.claim(country.keys);
  if (!name || reading.unexplained(name) > 0) return undefined;
  return { kind: 'country', country, relevance: relevanceOf(reading, name, []) };
}

/**
 * The number beside the street's name. In countries where numbers come first, a number behind the name is not taken,
 * because it may be a postcode.
 */
function claimHouseNumber(reading: Reading, name: Claim, street: Street): string | undefined {
  const behind =
    street.town.region.country.row.order === 'street-number' ? reading.claimNumber(name, 'behind') : undefined;
  return behind ?? reading.claimNumber(name, 'before');
}

function claimRegion(reading: Reading, region: Region, subRegion: string | undefined): (Claim | undefined)[] {
  return [
    subRegion === undefined ? undefined : reading.claim([{ key: keyOf(subRegion), loss: 0 }]),
    reading.claim(region.keys),
    reading.claim(region.country.keys),
  ];
}

function stretchWith(street: Street, number: number): Stretch | undefined {
  return street.stretches.find(({ first, last }) => first <= number && number <= last);
}

function relevanceOf(reading: Reading, name: Claim, others: readonly (Claim | undefined)[], loss = 0): number {
  const costs = others.reduce((sum, claim) => sum + (claim?.cost ?? 0), name.cost + loss);
  const relevance = (1 - costs) * (1 - reading.unexplained(name));
  return Math.round(Math.max(relevance, 0) * 1e4) / 1e4;
}
