/** `[longitude, latitude]` in degrees, the order of Amazon Location. */
export type Point = readonly [number, number];

/** A stretch of a street under one postcode: its first house number and position, then its last. */
type StretchRow = readonly [street: string, postcode: string, first: number, from: Point, last: number, to: Point];

/** One building with a position of its own. */
type BuildingRow = readonly [street: string, postcode: string, number: number, at: Point];

export type StreetRow = StretchRow | BuildingRow;

export interface TownRow {
  readonly name: string;
  /** Further names. */
  readonly also?: readonly string[];
  /** The name of one of its country's regions. */
  readonly region: string;
  readonly subRegion?: string;
  readonly at: Point;
  readonly streets?: readonly StreetRow[];
}

export interface RegionRow {
  readonly name: string;
  /** The abbreviation in addresses, if the country uses one. */
  readonly code?: string;
  readonly also?: readonly string[];
  readonly at: Point;
}

export interface CountryRow {
  readonly code: string;
  readonly name: string;
  readonly also: readonly string[];
  readonly at: Point;
  /** The order in addresses: `1 Main St, Town, ...` or `Hauptstraße 1, 10115, Town, ...`. */
  readonly order: 'number-street' | 'street-number';
  readonly regions: readonly RegionRow[];
  readonly towns: readonly TownRow[];
}
