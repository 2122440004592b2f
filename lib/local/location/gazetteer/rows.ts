/** `[longitude, latitude]` in degrees, as Amazon Location writes a point. */
export type Point = readonly [number, number];

/** A stretch of a street under one postcode: its first house number and where that is, its last and where it ends. */
type StretchRow = readonly [street: string, postcode: string, first: number, from: Point, last: number, to: Point];

/** One building whose place is known by itself. */
type BuildingRow = readonly [street: string, postcode: string, number: number, at: Point];

export type StreetRow = StretchRow | BuildingRow;

export interface TownRow {
  readonly name: string;
  /** What else it is called. */
  readonly also?: readonly string[];
  /** The name of one of its country's regions. */
  readonly region: string;
  readonly subRegion?: string;
  readonly at: Point;
  readonly streets?: readonly StreetRow[];
}

export interface RegionRow {
  readonly name: string;
  /** The abbreviation that addresses are written with, where the country has one. */
  readonly code?: string;
  readonly also?: readonly string[];
  readonly at: Point;
}

export interface CountryRow {
  readonly code: string;
  readonly name: string;
  readonly also: readonly string[];
  readonly at: Point;
  /** How an address is written: `1 Main St, Town, ...` or `Hauptstraße 1, 10115, Town, ...`. */
  readonly order: 'number-street' | 'street-number';
  readonly regions: readonly RegionRow[];
  readonly towns: readonly TownRow[];
}
