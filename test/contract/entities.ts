import { randomBytes } from 'node:crypto';
import { annotationClasses } from '../../shared/analytics/annotation-classes.ts';
import { annotations } from '../../shared/analytics/annotations.ts';
import { referencePairs } from '../../shared/analytics/reference-pairs.ts';
import { channels } from '../../shared/channels/kind.ts';
import { devices } from '../../shared/devices/devices.ts';
import type { Kind } from '../../shared/entity/kind.ts';
import type { Route } from '../../shared/http/route.ts';
import { components } from '../../shared/topology/components.ts';
import { deviceGroups } from '../../shared/topology/device-groups.ts';
import { sensors } from '../../shared/topology/sensors.ts';
import { sites } from '../../shared/topology/sites.ts';
import { webhooks } from '../../shared/webhooks/kind.ts';
import { workflows } from '../../shared/workflows/kind.ts';
import { type EndpointName, endpoint, endpoints } from '../support/endpoints.ts';

/** Resources of plain entities, by the folder of their endpoints; their tests are derived from this. */
export const plainKinds: Readonly<Record<string, Kind>> = {
  'annotation-classes': annotationClasses,
  annotations,
  components,
  'device-groups': deviceGroups,
  devices,
  'notification-channels': channels,
  'reference-pairs': referencePairs,
  sensors,
  sites,
  webhooks,
  workflows,
};

/** An endpoint of a plain resource, if it has one for the verb. */
export function endpointOf(folder: string, verb: 'create' | 'get' | 'list' | 'patch' | 'delete') {
  const name = `${folder}/${verb}`;
  return endpoints.some((one) => one.name === name) ? endpoint(name as EndpointName) : undefined;
}

const unserved = Object.keys(plainKinds).find((folder) => !endpointOf(folder, 'get'));
if (unserved) {
  throw new Error(
    `functions/routes.ts has no ${unserved}/get: add it, or mend plainKinds in test/contract/entities.ts`,
  );
}

/** A text that no other entity has. */
export const unlike = (value: unknown): unknown =>
  typeof value === 'string' ? `${value}-${randomBytes(4).toString('hex')}` : value;

/** The body of a create, with new values wherever two entities may not have the same. */
export function unlikeOthers(route: Route, body: unknown): unknown {
  if (Array.isArray(body)) return body.map((item) => unlikeOthers(route, item));
  if (typeof body === 'object' && body && 'local_uuid' in body) return { ...body, local_uuid: unlike(body.local_uuid) };
  const folder = Object.keys(plainKinds).find((one) => endpointOf(one, 'create')?.route === route);
  if (!folder) return body;
  const fields = Object.keys(plainKinds[folder]?.unique ?? {});
  const given = body as Record<string, unknown>;
  return { ...given, ...Object.fromEntries(fields.map((field) => [field, unlike(given[field])])) };
}
