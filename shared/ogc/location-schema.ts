import { deviceKinds } from '../topology/device-terms.ts';
import type { FeatureSchema, JsonSchema } from './schemas.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const number = (description: string, more: object = {}): JsonSchema => ({ type: 'number', description, ...more });

/** The newest position of a device as a feature. */
export const locationSchema: FeatureSchema = {
  geometries: ['Point'],
  required: {
    deviceId: { ...text('The device, whose id is also that of the feature.'), format: 'uuid' },
    name: text('Name of the device.'),
    kind: { ...text('What the device is.'), enum: deviceKinds },
    tags: { type: 'array', items: { type: 'string' }, description: 'Tags of the device.' },
    recordedAt: { ...text('When the device was there, by which `datetime` filters.'), format: 'date-time' },
    metadata: { type: 'object', description: 'Your own data of the point.' },
  },
  nullable: {
    externalId: text('Id of the device in your own system, unique in the workspace.'),
    siteId: { ...text('Site of the device.'), format: 'uuid' },
    accuracyMeters: number('Radius of the circle that holds the device with a probability of 68 %.', { minimum: 0 }),
    altitudeMeters: number('Altitude.'),
    speedMps: number('Metres per second.', { minimum: 0 }),
    headingDegrees: number('Clockwise from north.', { minimum: 0, maximum: 360 }),
    batteryPercent: number('Charge of the device.', { minimum: 0, maximum: 100 }),
  },
  queryables: ['deviceId', 'kind', 'externalId', 'siteId'],
};
