import type { z } from 'zod';
import type { HttpRequest } from '../http/request.ts';
import type { Collection } from './collections.ts';
import type { OgcCollection, OgcLink } from './wire.ts';

type Link = z.input<typeof OgcLink>;

const root = '/api/v1/ogc';

export const mediaTypes = {
  json: 'application/json',
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

/** A collection with its addresses. */
export function showCollection(request: HttpRequest, collection: Collection): z.input<typeof OgcCollection> {
  const { id, title, description } = collection;
  const path = `/collections/${id}`;
  return {
    id,
    title,
    description,
    itemType: 'feature',
    crs: [crs84],
    extent: {
      spatial: { bbox: [[-180, -90, 180, 90]], crs: crs84 },
      temporal: { interval: [[null, null]], trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian' },
    },
    links: [
      linkTo(request, 'self', path, title),
      linkTo(request, 'items', `${path}/items`, `${title} as GeoJSON`, mediaTypes.geoJson),
    ],
  };
}
