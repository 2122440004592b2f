import type { Point, Precision } from '../tenancy/geocoding-settings.ts';

/** Confidences, 0 to 1, have four digits. */
export const roundConfidence = (confidence: number): number => Math.round(confidence * 1e4) / 1e4 + 0;

/** A possible place of an address, in terms of no particular provider. Degrees are on the 1e-7 grid. */
export interface Candidate extends Point {
  readonly label: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly precision: Precision;
}
