import * as z from 'zod';
import { roundDegrees } from '../geo/sphere.ts';
import { type GeocodingRecord, geocodingDefaults, precisions } from '../tenancy/geocoding-settings.ts';
import { strictObject } from '../wire/schema.ts';
import { roundConfidence } from './candidate.ts';
import { countries } from './countries.ts';

/** How the addresses of a workspace are interpreted, in the form of the API and in the form of the row. */

/** The most countries that Amazon Location accepts. */
const mostCountries = 100;

const Country = z
  .string()
  .refine((code) => countries.has(code), {
    message: 'Should be an ISO 3166-1 alpha-3 code such as USA',
    params: { type: 'format' },
  })
  .meta({ pattern: '^[A-Z]{3}$' });

function canonicalLanguage(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

const Language = z
  .string()
  .min(2, { abort: true })
  .max(35, { abort: true })
  .transform((tag, context) => {
    const language = canonicalLanguage(tag);
    if (language !== undefined) return language;
    const message = 'Should be a BCP 47 language tag such as en or pt-BR';
    context.addIssue({ code: 'custom', message, params: { type: 'format' } });
    return z.NEVER;
  })
  .meta({ override: { type: 'string', minLength: 2, maxLength: 35, example: 'en' } });

const degrees = (most: number) => z.number().min(-most).max(most);
const rounded = (most: number) =>
  degrees(most)
    .transform(roundDegrees)
    .meta({ override: { type: 'number', minimum: -most, maximum: most } });

const about = {
  bias: { description: 'Of places that match alike, those near this point are preferred. Degrees.' },
  countries: { description: 'ISO 3166-1 alpha-3: where places are looked for; empty is everywhere.' },
  language: { description: 'BCP 47: the language of labels; null is the language of the place.' },
  min_precision: { description: 'How exactly an address must be found; a coarser match counts as not found.' },
  min_confidence: {
    description: 'How sure the geocoder must be of a match, from 0 to 1; a less certain one counts as not found.',
  },
};

/** Replaced as a whole: a field that is absent gets its default, and null resets all of them. */
export const GeocodingGiven = strictObject({
  bias: strictObject({ latitude: rounded(90), longitude: rounded(180) })
    .nullable()
    .default(geocodingDefaults.bias)
    .meta(about.bias),
  countries: z
    .array(Country)
    .max(mostCountries)
    .transform((codes) => [...new Set(codes)])
    .default([])
    .meta(about.countries),
  language: Language.nullable().default(geocodingDefaults.language).meta(about.language),
  min_precision: z.enum(precisions).default(geocodingDefaults.min_precision).meta(about.min_precision),
  min_confidence: z
    .number()
    .min(0)
    .max(1)
    .transform(roundConfidence)
    .default(geocodingDefaults.min_confidence)
    .meta(about.min_confidence),
})
  .nullable()
  .transform((given): GeocodingRecord => given ?? geocodingDefaults)
  .meta({ description: 'How addresses are understood. Replaced whole: what is left out has its default.' });

export const GeocodingShown = z
  .object({
    bias: z
      .object({ latitude: degrees(90), longitude: degrees(180) })
      .nullable()
      .meta(about.bias),
    countries: z.array(z.string()).meta(about.countries),
    language: z.string().nullable().meta(about.language),
    min_precision: z.enum(precisions).meta(about.min_precision),
    min_confidence: z.number().meta(about.min_confidence),
  })
  .meta({ id: 'GeocodingSettings' });
