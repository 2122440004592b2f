/** How precise the place of an address is, from coarse to fine. An interpolated house number is an `address`. */
export const precisions = ['country', 'region', 'locality', 'postcode', 'street', 'address'] as const;
export type Precision = (typeof precisions)[number];

export const isAsFineAs = (precision: Precision, least: Precision): boolean =>
  precisions.indexOf(precision) >= precisions.indexOf(least);

/** Degrees. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** How addresses are geocoded in a workspace. */
export interface GeocodingSettings {
  /** Among places that match equally well, those near this point come first. */
  readonly bias: Point | null;
  /** ISO 3166-1 alpha-3; an empty list allows all countries. */
  readonly countries: readonly string[];
  /** Language of labels, BCP 47; null is the language of the place. */
  readonly language: string | null;
  readonly minPrecision: Precision;
  /** 0 to 1. */
  readonly minConfidence: number;
}

/** The same settings as the workspace's row holds them, with the names of the API. */
export interface GeocodingRecord extends Pick<GeocodingSettings, 'bias' | 'countries' | 'language'> {
  readonly min_precision: Precision;
  readonly min_confidence: number;
}

/**
 * The precision is at least a street, since a fence around the middle of a city is worse than none. Esri gives a
 * confidence of 1 to an address that it knows as written, and less for every part that it corrected or ignored; below
 * 0.7 it has mostly found another place.
 */
export const geocodingDefaults: GeocodingRecord = {
  bias: null,
  countries: [],
  language: null,
  min_precision: 'street',
  min_confidence: 0.7,
};

/** The settings in force in a workspace; without settings of its own it has the defaults. */
export function geocodingOf({ geocoding }: { readonly geocoding?: GeocodingRecord }): GeocodingSettings {
  const { min_precision: minPrecision, min_confidence: minConfidence, ...rest } = geocoding ?? geocodingDefaults;
  return { ...rest, minPrecision, minConfidence };
}
