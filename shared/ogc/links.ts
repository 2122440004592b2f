import type { z } from 'zod';
import type { BoundingBox } from '../geo/box.ts';
import type { HttpRequest } from '../http/request.ts';
import type { Span } from '../table/ids.ts';
import { printInstantOrNull } from '../wire/schema.ts';
import type { Collection } from './collections.ts';
import type { OgcCollection, OgcLink } from './wire.ts';

/** The area and the time that all features of a collection cover. */
export interface ExtentOfFeatures {
  readonly bbox: BoundingBox;
  /** Undefined if it is not known. */
  readonly span: Span | undefined;
}

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

/** A link to a path of this API, with the server address that the caller used. */
export function linkTo(
  { origin }: HttpRequest,
  rel: string,
  path: string,
  title: string,
  type: string = mediaTypes.json,
): Link {
  return { href: `${origin}${root}${path}`, rel, type, title };
}

/** A page of the documentation. It is outside the paths of OGC API Features. */
export const linkToDocs = ({ origin }: HttpRequest): Link => ({
  href: `${origin}/docs`,
  rel: 'service-doc',
  type: mediaTypes.html,
  title: 'Documentation',
});

/** The address of this request, if given with another query. */
export const hrefOf = ({ origin, path, rawQuery }: HttpRequest, query: string = rawQuery): string =>
  `${origin}${path}${query && `?${query}`}`;

/** The only supported reference system: WGS 84, longitude first. */
const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

/** A collection with its links; it has an extent unless it is empty. */
export function showCollection(
  request: HttpRequest,
  collection: Collection,
  extent: ExtentOfFeatures | undefined,
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
      linkTo(request, 'describedby', `${path}/schema`, 'Schema of a feature', mediaTypes.schema),
      linkTo(
        request,
        queryables,
        `${path}/queryables`,
        'Properties by which features can be filtered',
        mediaTypes.schema,
      ),
    ],
  };
}

/** The link relation that OGC API Features, part 3, defines. */
const queryables = 'http://www.opengis.net/def/rel/ogc/1.0/queryables';

const showExtent = ({ bbox, span }: ExtentOfFeatures) => ({
  spatial: { bbox: [[...bbox]], crs: crs84 },
  temporal: {
    interval: [[printInstantOrNull(span?.from), printInstantOrNull(span?.to)]],
    trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian',
  },
});
