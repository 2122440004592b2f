import { type EventType, eventTypes } from '../../shared/outbox/event-types.ts';
import type { JsonObject } from './tidy.ts';

/** An example of `data` for each type of event: the example of the component in which the API returns the object. */

/** The component by the first word of a type, or by the whole type. */
const components: Readonly<Record<string, string>> = {
  'geofence.created': 'Geofence',
  'geofence.updated': 'Geofence',
  'geofence.deleted': 'Geofence',
  'geofence.bulk_completed': 'BulkStatus',
  geofence: 'GeofenceEvent',
  'device.event': 'Event',
  device: 'Device',
  custom: 'Event',
  session: 'TrackingSession',
  command: 'Command',
  certificate: 'Certificate',
  alert: 'Alert',
  quarantine: 'QuarantineItem',
  submission: 'Submission',
  form: 'FormVersion',
  export: 'ExportJob',
  workflow: 'Execution',
  api_key: 'ApiKey',
  quota: 'UsageMetric',
};

/** Examples for types of events whose data no operation returns. */
const other = { message: 'test' };

/** How the data of an event differs from what the API returns. */
const changes: Readonly<Record<string, (data: JsonObject, type: string) => JsonObject>> = {
  GeofenceEvent: (data, type) => {
    const word = type.slice(type.indexOf('.') + 1);
    return word === 'retracted' ? { ...data, retracted: true } : { ...data, type: word };
  },
  BulkStatus: ({ results: _, ...data }) => data,
  ExportJob: ({ downloadUrl: _, ...data }) => data,
  UsageMetric: (data) => ({ metric: 'events', ...data }),
};

export function eventSamples(document: JsonObject): Record<EventType, JsonObject> {
  const { schemas = {} } = document.components as { readonly schemas?: Readonly<Record<string, JsonObject>> };
  const sampleOf = (type: EventType): JsonObject => {
    const name = components[type] ?? components[type.slice(0, type.indexOf('.'))] ?? '';
    const example = schemas[name]?.example as JsonObject | undefined;
    return example ? (changes[name]?.(example, type) ?? example) : other;
  };
  return Object.fromEntries((Object.keys(eventTypes) as EventType[]).map((type) => [type, sampleOf(type)])) as Record<
    EventType,
    JsonObject
  >;
}
