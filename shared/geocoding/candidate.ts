/** How much of an address a place stands for, from coarse to fine. An interpolated house number is an `address`. */
export const precisions = ['country', 'region', 'locality', 'postcode', 'street', 'address'] as const;
export type Precision = (typeof precisions)[number];

export const isAsFineAs = (precision: Precision, least: Precision): boolean =>
  precisions.indexOf(precision) >= precisions.indexOf(least);

/** Confidences, 0 to 1, have four digits. */
export const roundConfidence = (confidence: number): number => Math.round(confidence * 1e4) / 1e4 + 0;

/** Degrees. */
export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** A place that an address may mean, in no provider's words. Degrees are on the 1e-7 grid. */
export interface Candidate extends Point {
  readonly label: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly precision: Precision;
}
