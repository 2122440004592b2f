import { LocationClient, SearchPlaceIndexForTextCommand } from '@aws-sdk/client-location';
import * as z from 'zod';
import { environment } from '../capability/environment.ts';
import { roundDegrees } from '../geo/sphere.ts';
import { type Precision, precisions } from '../tenancy/geocoding-settings.ts';
import type { Answer, Refusal } from './answer.ts';
import { type Candidate, roundConfidence } from './candidate.ts';
import type { PlaceQuery } from './query.ts';

/** Amazon Location's place search, with Esri as data provider: only Esri and Grab report the relevance of a result. */

let client: LocationClient | undefined;

/** The client makes one attempt for each call: the geocoder retries, at its own rate. */
function location(): LocationClient {
  client ??= new LocationClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
    // The local replacement at `localhost` has no `places.localhost`.
    disableHostPrefix: environment.endpointUrl('LOCATION') !== undefined,
  });
  return client;
}

/** The longest label that a row of a preview may return. */
const longestLabel = 500;

const text = z.string().nullish();

const Place = z.object({
  Label: z.string().min(1).max(1000),
  Geometry: z.object({ Point: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]) }),
  Categories: z.array(z.string()).nullish(),
  AddressNumber: text,
  Street: text,
  PostalCode: text,
  Neighborhood: text,
  SubMunicipality: text,
  Municipality: text,
  SubRegion: text,
  Region: text,
});

const SearchAnswer = z.object({
  Results: z.array(z.object({ Place, Relevance: z.number().min(0).max(1) })),
});

/** The precision of each category of Amazon Location. A point of interest is at its address. */
const precisionOfCategory: Readonly<Record<string, Precision>> = {
  CountryType: 'country',
  RegionType: 'region',
  SubRegionType: 'region',
  MunicipalityType: 'locality',
  SubMunicipalityType: 'locality',
  NeighborhoodType: 'locality',
  PostalCodeType: 'postcode',
  StreetType: 'street',
  IntersectionType: 'street',
  AddressType: 'address',
  PointOfInterestType: 'address',
};

/** Not every result has a category. Without one, the precision is that of the finest part of its address. */
function precisionOf(place: z.output<typeof Place>): Precision {
  if (place.AddressNumber) return 'address';
  const named = (place.Categories ?? []).map((category) => precisionOfCategory[category]);
  const finest = precisions.findLast((precision) => named.includes(precision));
  if (finest) return finest;
  if (place.Street) return 'street';
  if (place.PostalCode) return 'postcode';
  if (place.Neighborhood || place.SubMunicipality || place.Municipality) return 'locality';
  return place.SubRegion || place.Region ? 'region' : 'country';
}

function candidate({ Place: place, Relevance }: z.output<typeof SearchAnswer>['Results'][number]): Candidate {
  const [longitude, latitude] = place.Geometry.Point;
  return {
    latitude: roundDegrees(latitude),
    longitude: roundDegrees(longitude),
    label: place.Label.slice(0, longestLabel),
    confidence: roundConfidence(Relevance),
    precision: precisionOf(place),
  };
}

const throttles = ['ThrottlingException', 'TooManyRequestsException', 'ThrottledException'];

/**
 * Errors are distinguished by name. An error without a name of the service is an outage: the network, a timeout, or an
 * unreadable response.
 */
function refusalOf(error: unknown): Refusal {
  const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
  if (throttles.includes(name) || $metadata?.httpStatusCode === 429) return { kind: 'throttled', cause: name };
  return { kind: name === 'ValidationException' ? 'refused' : 'unavailable', cause: name };
}

/** Five results cost as much as one, and show whether the first is the only one of its kind. */
const mostResults = 5;

export async function searchPlaces(query: PlaceQuery, signal: AbortSignal): Promise<Answer> {
  const { bias, countries, language } = query;
  const command = new SearchPlaceIndexForTextCommand({
    IndexName: environment.requiredSetting('PLACE_INDEX'),
    Text: query.text,
    MaxResults: mostResults,
    ...(bias ? { BiasPosition: [bias.longitude, bias.latitude] } : {}),
    ...(countries.length > 0 ? { FilterCountries: [...countries] } : {}),
    ...(language ? { Language: language } : {}),
  });
  try {
    return SearchAnswer.parse(await location().send(command, { abortSignal: signal })).Results.map(candidate);
  } catch (error) {
    return refusalOf(error);
  }
}
