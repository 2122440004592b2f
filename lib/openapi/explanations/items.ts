import type { Explanation } from './explanation.ts';

/** The code of one item, beside results of others. It is never the `error_code` of a whole answer. */
export interface ItemExplanation extends Explanation {
  readonly title: string;
  /** The answers that have such items. */
  readonly where: string;
}

const bulk = '`results` of `POST /geofences/bulk`, rows of `POST /geofences/preview`, changes of sync plans';

export const items: Readonly<Record<string, ItemExplanation>> = {
  GEOCODE_FAILED: {
    title: 'No place found',
    where: bulk,
    when: 'The geocoder found no place for the address, or none that is certain enough for the settings of the workspace (`geocoding`).',
    remedy: 'Correct the address, or send the point as `lat` and `lng`.',
    detail: 'Could not geocode address',
  },
  GEOCODER_RATE_LIMIT: {
    title: 'Not looked up in time',
    where: bulk,
    when: 'The geocoder could not look up the address within the time of the request.',
    remedy: 'Send these items again after a short delay, or with `Prefer: respond-async`.',
    detail: 'The geocoder is busy; send this item again.',
  },
  INVALID_TAGS: {
    title: 'Tags invalid',
    where: '`results` of `POST /geofences/bulk`, rows of `POST /geofences/preview`',
    when: 'The item has more than 20 tags, or one that is too long or has other characters than letters, digits, spaces and `_ - . : / @ +`.',
    remedy: 'Correct the tags and send the item again.',
    detail: 'A tag is too long or has characters that are not allowed.',
  },
  CREATE_FAILED: {
    title: 'Not created',
    where: '`results` of `POST /geofences/bulk`',
    when: 'The geofence could not be written in time, or the plan allows no more geofences; `message` says which.',
    remedy: 'Send the item again; first delete geofences or change the plan if the limit is reached.',
    detail: 'The geofence could not be created.',
  },
  POINT_INVALID: {
    title: 'Point invalid',
    where: '`results` of `POST /geofences/check/batch`',
    when: 'The point lacks a coordinate, or one of its fields is out of range; `message` names the field. The other points are checked all the same.',
    remedy: 'Correct the point.',
    detail: 'latitude: Should be at most 90',
  },
};
