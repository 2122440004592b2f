import { americanCountries } from './gazetteer/americas.ts';
import { asiaPacific } from './gazetteer/asia-pacific.ts';
import { britishIsles } from './gazetteer/british-isles.ts';
import { centralEurope } from './gazetteer/central-europe.ts';
import type { CountryRow, Point, RegionRow, StreetRow, TownRow } from './gazetteer/rows.ts';
import { southernEurope } from './gazetteer/southern-europe.ts';
import { unitedStates } from './gazetteer/us.ts';
import { isDirection, isStreetType, joined, wordsOf } from './words.ts';

/** One spelling of a name, and by how much a match with it is less certain than one with the whole name. */
export interface Key {
  readonly key: string;
  readonly loss: number;
}

export interface Country {
  readonly row: CountryRow;
  readonly keys: readonly Key[];
}

export interface Region {
  readonly row: RegionRow;
  readonly country: Country;
  readonly keys: readonly Key[];
}

export interface Town {
  readonly row: TownRow;
  readonly region: Region;
  readonly keys: readonly Key[];
  readonly streets: readonly Street[];
}

/** House numbers grow evenly from one end of a stretch to the other. */
export interface Stretch {
  readonly postcode: string;
  readonly first: number;
  readonly last: number;
  readonly from: Point;
  readonly to: Point;
}

export interface Street {
  readonly name: string;
  readonly town: Town;
  readonly keys: readonly Key[];
  readonly stretches: readonly Stretch[];
}

/** The area of a postcode, limited to streets of one town. */
export interface PostalArea {
  readonly postcode: string;
  readonly town: Town;
  readonly keys: readonly Key[];
  readonly stretches: readonly Stretch[];
}

const rows = [unitedStates, ...americanCountries, ...britishIsles, ...centralEurope, ...southernEurope, ...asiaPacific];

export const countries: readonly Country[] = rows.map((row) => ({
  row,
  keys: keysOf([row.name, row.code, ...row.also]),
}));

export const regions: readonly Region[] = countries.flatMap((country) =>
  country.row.regions.map((row) => ({
    row,
    country,
    keys: keysOf([row.name, ...(row.code ? [row.code] : []), ...(row.also ?? [])]),
  })),
);

export const towns: readonly Town[] = countries.flatMap((country) =>
  country.row.towns.map((row) => {
    const region = regions.find((one) => one.country === country && one.row.name === row.region)!;
    const streets: Street[] = [];
    const town: Town = { row, region, keys: keysOf([row.name, ...(row.also ?? [])]), streets };
    streets.push(...streetsOf(town));
    return town;
  }),
);

export const streets: readonly Street[] = towns.flatMap((town) => town.streets);

export const postalAreas: readonly PostalArea[] = towns.flatMap((town) => {
  const stretches = town.streets.flatMap((street) => street.stretches);
  const byPostcode = Map.groupBy(stretches, ({ postcode }) => postcode);
  return [...byPostcode].map(([postcode, found]) => ({
    postcode,
    town,
    keys: postcodeKeys(postcode),
    stretches: found,
  }));
});

/** The size of the gazetteer, for users whose address is missing. */
export const extent = `${streets.length} streets in ${towns.length} towns of ${countries.length} countries`;

/** The names by which a text says in which area something is. */
export const whereabouts: ReadonlySet<string> = new Set(
  [...countries, ...regions, ...towns].flatMap(({ keys }) => keys.map(({ key }) => key)),
);

/** `SW1A 2AA` and `1015 DK` are also found by their first half. */
export function postcodeKeys(postcode: string): Key[] {
  const [first, ...rest] = postcode.split(' ');
  return [{ key: keyOf(postcode), loss: 0 }, ...(rest.length > 0 ? [{ key: keyOf(first!), loss: 0.02 }] : [])];
}

export function keyOf(name: string): string {
  return joined(wordsOf(name));
}

function keysOf(names: readonly string[]): Key[] {
  return names.map((name) => ({ key: keyOf(name), loss: 0 }));
}

function streetsOf(town: Town): Street[] {
  const byName = Map.groupBy(town.row.streets ?? [], ([name]) => name);
  return [...byName].map(([name, found]) => ({
    name,
    town,
    keys: streetKeys(wordsOf(name)),
    stretches: found.map(stretchOf),
  }));
}

function stretchOf([, postcode, first, from, last = first, to = from]: StreetRow): Stretch {
  return { postcode, first, last, from, to };
}

/** `N Michigan Ave` is also found as `Michigan Ave` and, with less certainty, as `Michigan`. */
function streetKeys(words: readonly string[]): Key[] {
  const undirected = words.slice(isDirection(words[0]!) ? 1 : 0, isDirection(words.at(-1)!) ? -1 : undefined);
  const bare = undirected.slice(
    isStreetType(undirected[0]!) ? 1 : 0,
    isStreetType(undirected.at(-1)!) ? -1 : undefined,
  );
  const keys: Key[] = [{ key: joined(words), loss: 0 }];
  if (undirected.length < words.length) keys.push({ key: joined(undirected), loss: 0.03 });
  if (bare.length < undirected.length && joined(bare).length > 3) keys.push({ key: joined(bare), loss: 0.1 });
  return keys;
}
