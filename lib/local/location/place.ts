import { roundDegrees } from '../../../shared/geo/sphere.ts';
import type { Point } from './gazetteer/rows.ts';
import type { Region, Street, Stretch, Town } from './gazetteer.ts';
import type { Match } from './matches.ts';

/** A place in the format of Amazon Location, with the fields that Esri's data has. */
export interface Place {
  readonly Label: string;
  readonly Geometry: { readonly Point: Point };
  readonly AddressNumber?: string;
  readonly Street?: string;
  readonly Municipality?: string;
  readonly SubRegion?: string;
  readonly Region?: string;
  readonly Country: string;
  readonly PostalCode?: string;
  readonly Interpolated?: boolean;
  readonly Categories: readonly string[];
}

export function placeOf(match: Match): Place {
  switch (match.kind) {
    case 'address':
      return addressPlace(match.street, match.stretch, match.number);
    case 'street':
      return streetPlace(match.street);
    case 'postcode': {
      const { postcode, stretches, town } = match.area;
      return { ...inTown(town, { postcode }), ...at(middleOf(stretches)), ...category('PostalCodeType') };
    }
    case 'town':
      return { ...inTown(match.town, {}), ...at(match.town.row.at), ...category('MunicipalityType') };
    case 'region': {
      const { row, country } = match.region;
      const names = { Label: `${row.name}, ${country.row.code}`, Region: row.name, Country: country.row.code };
      return { ...names, ...at(row.at), ...category('RegionType') };
    }
    case 'country': {
      const { code, name, at: point } = match.country.row;
      return { Label: name, Country: code, ...at(point), ...category('CountryType') };
    }
  }
}

function addressPlace(street: Street, stretch: Stretch, number: string): Place {
  return {
    ...inTown(street.town, { street: street.name, number, postcode: stretch.postcode }),
    ...at(pointAlong(stretch, Number.parseInt(number, 10))),
    AddressNumber: number,
    Interpolated: stretch.first !== stretch.last,
    ...category('AddressType'),
  };
}

/** The place of a street is its middle. It has a postcode if the whole street has the same one. */
function streetPlace(street: Street): Place {
  const [postcode, ...others] = new Set(street.stretches.map((stretch) => stretch.postcode));
  const one = postcode !== undefined && others.length === 0 ? { postcode } : {};
  return {
    ...inTown(street.town, { street: street.name, ...one }),
    ...at(middleOf(street.stretches)),
    ...category('StreetType'),
  };
}

interface Within {
  readonly street?: string;
  readonly number?: string;
  readonly postcode?: string;
}

function inTown(town: Town, within: Within) {
  const { region, row } = town;
  return {
    Label: labelOf(town, within),
    ...(within.street !== undefined && { Street: within.street }),
    Municipality: row.name,
    ...(row.subRegion !== undefined && { SubRegion: row.subRegion }),
    Region: region.row.name,
    Country: region.country.row.code,
    ...(within.postcode !== undefined && { PostalCode: within.postcode }),
  };
}

/** `1 Main St, Springfield, IL, 62702, USA`, or `Zeil 1, 60313, Frankfurt am Main, Hessen, DEU`. */
function labelOf({ row, region }: Town, { street, number, postcode }: Within): string {
  const { code, order } = region.country.row;
  const area = regionLabel(region, row.name);
  const parts =
    order === 'number-street'
      ? [street && [number, street].filter(Boolean).join(' '), row.name, area, postcode, code]
      : [street && [street, number].filter(Boolean).join(' '), postcode, row.name, area, code];
  return parts.filter(Boolean).join(', ');
}

function regionLabel({ row }: Region, town: string): string | undefined {
  return row.code ?? (row.name === town ? undefined : row.name);
}

function pointAlong({ first, last, from, to }: Stretch, number: number): Point {
  return between(from, to, (number - first) / (last + 1 - first));
}

function middleOf(stretches: readonly Stretch[]): Point {
  return between(stretches[0]!.from, stretches.at(-1)!.to, 0.5);
}

function between(from: Point, to: Point, share: number): Point {
  const along = (axis: 0 | 1) => roundDegrees(from[axis] + (to[axis] - from[axis]) * share);
  return [along(0), along(1)];
}

const at = (point: Point) => ({ Geometry: { Point: point } });
const category = (name: string) => ({ Categories: [name] });
