import type { Explanation } from './explanation.ts';

/** The code of one item, beside results of others. It is never the `error_code` of a whole answer. */
export interface ItemExplanation extends Explanation {
  readonly title: string;
  /** The answers that have such items. */
  readonly where: string;
}

const points = '`errors` of reported positions';
const readings = '`errors` of `POST /readings`';
const quarantine = 'the quarantine (`cause`)';

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
    where: `\`results\` of \`POST /geofences/check/batch\`, ${points}, ${quarantine}`,
    when: 'The point lacks a coordinate, or one of its fields is out of range, or it is older than points are kept; `message` names the field. All other points are taken.',
    remedy: 'Correct the point and send it again.',
    detail: 'latitude: Should be at most 90',
  },
  TIMESTAMP_IN_FUTURE: {
    title: 'Time in the future',
    where: `${points}, ${readings}, ${quarantine}`,
    when: '`recordedAt` is more than 5 minutes ahead of the time of receipt.',
    remedy: 'Set the clock of the device, then send the item again.',
    detail: 'recordedAt is in the future',
  },
  DEVICE_UNKNOWN: {
    title: 'Device unknown or not active',
    where: `${points}, ${readings}, ${quarantine}`,
    when: 'The workspace has no such device, or the device is `PENDING` or `INACTIVE`.',
    remedy:
      'Correct the id, or provision or activate the device. Then send the item again, or replay it from the quarantine.',
    detail: 'The device takes no readings: it is not active',
  },
  MALFORMED_PAYLOAD: {
    title: 'Payload malformed',
    where: `${readings}, ${quarantine}`,
    when: 'A reading, or a whole message of a device, is not of the documented form, or is not JSON in UTF-8.',
    remedy: 'Compare what was sent (`payload` of the quarantined item) with the guide “What a device publishes”.',
    detail: 'The payload is not of the form of its topic',
  },
  CERTIFICATE_MISMATCH: {
    title: 'Certificate does not fit',
    where: quarantine,
    when: 'A message came on the topic of another device, or with a certificate that was revoked or expired when the message arrived.',
    remedy:
      'Publish on the topics of the own device only. Give a device without a certificate in force a new registration token.',
    detail: 'The certificate is not in force for the device of the topic',
  },
  UNKNOWN_SENSOR: {
    title: 'Sensor unknown',
    where: `${readings}, ${quarantine}`,
    when: 'The device has no sensor with this `sensorId`, or no component with this name, or the profile of the component does not define the key. A reading without `component` is one of the component `default`.',
    remedy:
      'Correct the name, create the component, or add the key to its profile. Then send the reading again, or replay it from the quarantine.',
    detail: 'no sensor boiler-1/pressure',
  },
  PROFILE_MISSING: {
    title: 'No sensor profile',
    where: `${readings}, ${quarantine}`,
    when: 'The component has no sensor with this key, and no sensor profile that could define one.',
    remedy:
      'Give the component a sensor profile that defines the key, or create the sensor. Then send the reading again, or replay it from the quarantine.',
    detail: 'no sensor boiler-1/pressure',
  },
  TYPE_MISMATCH: {
    title: 'Value of another type',
    where: `${readings}, ${quarantine}`,
    when: '`value` is not of the `valueType` of the sensor.',
    remedy:
      'Send a value of this type. If the profile is wrong, correct it and replay the reading from the quarantine.',
    detail: 'value: Should be a number',
  },
  OUT_OF_RANGE: {
    title: 'Out of range',
    where: `${readings}, ${quarantine}`,
    when: '`value` is outside `min` and `max` of the sensor, or `recordedAt` is older than readings are kept.',
    remedy: 'Check the sensor. If its bounds are too narrow, change them and replay the reading from the quarantine.',
    detail: 'value: Should be from -40 to 150',
  },
};
