/** How much of an address a place stands for, from coarse to fine. An interpolated house number is an `address`. */
export const precisions = ['country', 'region', 'locality', 'postcode', 'street', 'address'] as const;
export type Precision = (typeof precisions)[number];

export const isAsFineAs = (precision: Precision, least: Precision): boolean =>
  precisions.indexOf(precision) >= precisions.indexOf(least);

/** Degrees. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** How a workspace wants addresses understood. */
export interface GeocodingSettings {
  /** Of places alike, those near here are preferred. */
  readonly bias: Point | null;
  /** ISO 3166-1 alpha-3; none is all of them. */
  readonly countries: readonly string[];
  /** BCP 47, of labels; null is the language of the place. */
  readonly language: string | null;
  readonly minPrecision: Precision;
  /** 0 to 1. */
  readonly minConfidence: number;
}

/** The same as a workspace's row keeps it: in the words of the wire. */
export interface GeocodingRecord extends Pick<GeocodingSettings, 'bias' | 'countries' | 'language'> {
  readonly min_precision: Precision;
  readonly min_confidence: number;
}

/**
 * A fence round the middle of a city is worse than none, so a street at least. Esri gives 1 to an address that it knows
 * as written and takes off for every part that it had to mend or leave out; below 0.7 it is mostly another place.
 */
export const geocodingDefaults: GeocodingRecord = {
  bias: null,
  countries: [],
  language: null,
  min_precision: 'street',
  min_confidence: 0.7,
};

/** The settings in force in a workspace; one that has set none has the defaults. */
export function geocodingOf({ geocoding }: { readonly geocoding?: GeocodingRecord }): GeocodingSettings {
  const { min_precision: minPrecision, min_confidence: minConfidence, ...rest } = geocoding ?? geocodingDefaults;
  return { ...rest, minPrecision, minConfidence };
}
