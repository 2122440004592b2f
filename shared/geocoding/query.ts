import type { GeocodingSettings } from '../tenancy/geocoding-settings.ts';

/** One question to the provider. */
export interface PlaceQuery extends Pick<GeocodingSettings, 'bias' | 'countries' | 'language'> {
  /** The address with single spaces. */
  readonly text: string;
  /** The same for all addresses that ask for the same place. */
  readonly normal: string;
}

/** The most characters that Amazon Location accepts. */
export const mostCharacters = 200;

const singleSpaced = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim();

export function queryOf(address: string, { bias, countries, language }: GeocodingSettings): PlaceQuery {
  const normal = singleSpaced(address.normalize('NFKC')).toLowerCase();
  return { text: singleSpaced(address), normal, bias, countries, language };
}

export const isTooLong = ({ text }: PlaceQuery): boolean => [...text].length > mostCharacters;
