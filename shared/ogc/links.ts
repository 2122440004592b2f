import type { z } from 'zod';
import type { Extent } from '../geofences/extent.ts';
import type { HttpRequest } from '../http/request.ts';
import { printInstant } from '../wire/schema.ts';
import type { Collection } from './collections.ts';
import type { OgcCollection, OgcLink } from './wire.ts';

type Link = z.input<typeof OgcLink>;

/** Path of the landing page. */
export const root = '/api/v1/ogc';

export const mediaTypes = {
  json: 'application/json',
  schema: 'application/schema+json',
  geoJson: 'application/geo+json',
  openApi: 'application/vnd.oai.openapi+json;version=3.0',
  html: 'text/html',
} as const;

/** A link to a path of the façade, as the caller's address of the server has it. */
export function linkTo(
  { origin }: HttpRequest,
  rel: string,
  path: string,
  title: string,
  type: string = mediaTypes.json,
): Link {
  return { href: `${origin}${root}${path}`, rel, type, title };
}

/** A page of the documentation, which lies outside the façade. */
export const linkToDocs = ({ origin }: HttpRequest): Link => ({
  href: `${origin}/docs`,
  rel: 'service-doc',
  type: mediaTypes.html,
  title: 'Documentation',
});

/** The address of this request, or with another query. */
export const hrefOf = ({ origin, path, rawQuery }: HttpRequest, query: string = rawQuery): string =>
  `${origin}${path}${query && `?${query}`}`;

/** The only reference system there is: WGS 84, longitude first. */
const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

/** A collection with its addresses; its extent where it holds anything. */
export function showCollection(
  request: HttpRequest,
  collection: Collection,
  extent: Extent | undefined,
): z.input<typeof OgcCollection> {
  const { id, title, description } = collection;
  const path = `/collections/${id}`;
  return {
    id,
    title,
    description,
    itemType: 'feature',
    crs: [crs84],
    ...(extent && { extent: showExtent(extent) }),
    links: [
      linkTo(request, 'self', path, title),
      linkTo(request, 'items', `${path}/items`, `${title} as GeoJSON`, mediaTypes.geoJson),
      linkTo(request, 'describedby', `${path}/schema`, 'What a feature holds', mediaTypes.schema),
      linkTo(request, queryables, `${path}/queryables`, 'What features can be filtered by', mediaTypes.schema),
    ],
  };
}

/** The relation that OGC API Features, part 3, gives it. */
const queryables = 'http://www.opengis.net/def/rel/ogc/1.0/queryables';

const showExtent = ({ bbox, created }: Extent) => ({
  spatial: { bbox: [[...bbox]], crs: crs84 },
  temporal: {
    interval: [[printInstant(created.from), printInstant(created.to)]],
    trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian',
  },
});
