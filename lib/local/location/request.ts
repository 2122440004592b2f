import * as z from 'zod';
import { countries } from '../../../shared/geocoding/countries.ts';
import type { Failure } from './failure.ts';

const longitude = z.number().min(-180).max(180);
const latitude = z.number().min(-90).max(90);

// Unknown fields are ignored, as in AWS.
const SearchBody = z
  .object({
    Text: z.string().min(1).max(200),
    BiasPosition: z.tuple([longitude, latitude]).optional(),
    FilterBBox: z
      .tuple([longitude, latitude, longitude, latitude])
      .refine(([, south, , north]) => south <= north, 'The south is above the north')
      .optional(),
    FilterCountries: z
      .array(z.string().refine((code) => countries.has(code), 'Not an ISO 3166 alpha-3 country code'))
      .min(1)
      .max(100)
      .optional(),
    FilterCategories: z.array(z.string().max(35)).min(1).max(5).optional(),
    Language: z.string().min(2).max(35).optional(),
    MaxResults: z.int().min(1).max(50).default(50),
  })
  .refine(({ BiasPosition, FilterBBox }) => !(BiasPosition && FilterBBox), {
    path: ['FilterBBox'],
    error: 'BiasPosition and FilterBBox exclude each other',
  });

/** The body of `SearchPlaceIndexForText`. Points are `[longitude, latitude]`, a box is west, south, east, north. */
export type SearchBody = z.output<typeof SearchBody>;

export type Read = { readonly body: SearchBody } | { readonly failure: Failure };

export function readSearchBody(text: string): Read {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { failure: { type: 'ValidationException', reason: 'CannotParse', message: 'The body is not JSON.' } };
  }
  const { success, data, error } = SearchBody.safeParse(json);
  return success ? { body: data } : { failure: invalid(error, json) };
}

function invalid({ issues }: z.ZodError, json: unknown): Failure {
  const fieldList = issues.map(({ path, message }) => ({ name: path.join('.'), message }));
  const message = `Invalid input: ${fieldList.map((field) => `${field.name}: ${field.message}`).join('; ')}`;
  const isMissing = typeof json === 'object' && json !== null && !('Text' in json);
  return {
    type: 'ValidationException',
    reason: isMissing ? 'Missing' : 'FieldValidationFailed',
    message,
    fieldList,
  };
}
