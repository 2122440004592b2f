import { distanceMeters } from '../geo/sphere.ts';
import type { GeocodingSettings } from '../tenancy/geocoding-settings.ts';
import { isAsFineAs, type Point, type Precision } from '../tenancy/geocoding-settings.ts';
import type { Candidate } from './candidate.ts';
import { type Found, type Missed, missed } from './geocode.ts';

/** Judges the provider's results by the settings of a workspace. */

const sameConfidence = 0.01;
const samePlaceMeters = 1000;

const metersBetween = (a: Point, b: Point): number => distanceMeters(a.latitude, a.longitude, b.latitude, b.longitude);

/** Compared in ten-thousandths, since 0.95 − 0.94 is a little more than 0.01 in doubles. */
const isAsSure = (one: Candidate, best: Candidate): boolean =>
  Math.round((best.confidence - one.confidence) * 1e4) <= sameConfidence * 1e4;

/**
 * The candidates that `judge` needs under any settings: the first, which the provider ranks best, and those at other
 * places that are about as certain.
 */
export function decisiveCandidates(candidates: readonly Candidate[]): readonly Candidate[] {
  const [best] = candidates;
  return candidates.filter(
    (one) => best && (one === best || (isAsSure(one, best) && metersBetween(one, best) > samePlaceMeters)),
  );
}

const kinds: Readonly<Record<Precision, string>> = {
  country: 'country',
  region: 'region',
  locality: 'city',
  postcode: 'postal code',
  street: 'street',
  address: 'address',
};

const missing: Readonly<Record<Precision, string>> = {
  country: 'country',
  region: 'the region',
  locality: 'the city',
  postcode: 'the postal code',
  street: 'street and house number',
  address: 'street and house number',
};

function tooCoarse({ precision, label }: Candidate, least: Precision): Missed {
  const advice = precision === 'street' ? 'the house number' : missing[least];
  return missed(`only the ${kinds[precision]} "${label}" was found; add ${advice}`);
}

/** @param candidates those of `decisiveCandidates` */
export function judge(candidates: readonly Candidate[], settings: GeocodingSettings): Found | Missed {
  const [best, ...rivals] = candidates;
  const { bias, minPrecision, minConfidence } = settings;
  if (!best) return missed();
  if (best.confidence < minConfidence)
    return missed(`the nearest match, "${best.label}", is too uncertain; check the spelling`);
  if (!isAsFineAs(best.precision, minPrecision)) return tooCoarse(best, minPrecision);
  // With a point in the settings, near which places are preferred, the provider has already chosen.
  const rival = bias ? undefined : rivals.find(({ precision }) => isAsFineAs(precision, minPrecision));
  if (rival)
    return missed(
      `it matches several places, such as "${best.label}" and "${rival.label}"; add the city, region or postal code`,
    );
  const { latitude, longitude, label, confidence } = best;
  return { kind: 'found', latitude, longitude, label, confidence };
}
