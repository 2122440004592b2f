import { randomUUID } from 'node:crypto';
import type { HttpMethod, Route } from '../../shared/http/route.ts';
import { addressed, type EndpointName, endpoint, type NamedEndpoint } from '../support/endpoints.ts';
import { tell } from './audit-calls.ts';
import { aBatch } from './bulk-calls.ts';
import { aCommand } from './command-calls.ts';
import { endpointOf, plainKinds, unlikeOthers } from './entities.ts';
import { anExport } from './export-calls.ts';
import { aForm, aProject, aSubmission, aVersion } from './field-calls.ts';
import { aMedia, anUpload } from './media-calls.ts';
import { invitation, signedIn } from './people.ts';
import { aPhone } from './phones.ts';
import { aProfile } from './profile-calls.ts';
import { aQuarantined, aReplay } from './quarantine-calls.ts';
import { filledExample } from './references.ts';
import { aCertificate, aToken } from './registration-calls.ts';
import { aSession } from './session-calls.ts';
import { aSyncPlan } from './sync-calls.ts';
import { aDelivery, aFormWebhook } from './webhook-calls.ts';
import { anExecution } from './workflow-makers.ts';
import { type Asked, allowedTo, type World } from './world.ts';

/** The kinds of entities in a workspace, how to create each, and which parameter of a path names one. */

const ofPlainKinds = 'a plain kind belongs to `plainKinds` in test/contract/entities.ts';

/** Creates an entity in a workspace, inside the parents that its path names; returns its id. */
type Make = (world: World, parents: readonly string[]) => Promise<string>;

/** Creates one with the route for it and the example of its body. */
const createdBy =
  (name: EndpointName, as?: Asked['as']): Make =>
  async (world, parents) => {
    const { route } = endpoint(name);
    const params = Object.fromEntries(paramNames(route.path).map((param, i) => [param, parents[i]!]));
    const body = await rightBody(route, world);
    const answer = await world.call(name, { ...(as ? { as } : allowedTo(route)), params, body });
    if (answer.status !== 201) {
      const text = JSON.stringify(answer.body);
      const hint = text.includes('unknown_reference')
        ? " Its ids need .meta({ names: '<kind>' }) in their schemas."
        : '';
      throw new Error(`${name} made nothing: ${text}${hint}`);
    }
    return answer.body.id;
  };

/** Each plain kind, and the path that names one. */
const plain = Object.entries(plainKinds).map(([folder, { name }]) => ({
  name,
  make: createdBy(`${folder}/create` as EndpointName),
  path: endpointOf(folder, 'get')!.route.path,
}));

/** Each kind by the name that references use (`names` in the meta of a schema). */
const kinds: Readonly<Record<string, Make>> = {
  ...Object.fromEntries(plain.map(({ name, make }) => [name, make])),
  api_key: createdBy('account/create-api-key', 'owner'),
  batch: aBatch,
  certificate: async (world, [deviceId]) => (await aCertificate(world, deviceId)).certificateId,
  command: async (world, [deviceId]) => (await aCommand(world, deviceId)).params.commandId,
  device_profile: (world) => aProfile(world, 'device-profiles'),
  export: async (world) => (await anExport(world)).params.id,
  delivery: async (world, [webhookId]) => (await aDelivery(world, webhookId)).params.delivery_id,
  execution: (world, [workflowId]) => anExecution(world, workflowId!),
  form: aForm,
  form_webhook: async (world, [formId]) => (await aFormWebhook(world, formId)).params.webhook_id,
  form_version: (world, [formId]) => aVersion(world, formId),
  geofence: async (world) => (await world.fence({ externalId: randomUUID(), tags: ['mine'] })).id,
  invitation: async (world) => (await invitation(world)).id,
  // Routes that keys may not call are called as the owner, who reads only the owner's own notifications.
  notification: (world) => tell(world, 'owner'),
  paired_device: async (world) => (await aPhone(world)).device_id,
  quarantine_item: async (world) => (await aQuarantined(world)).id,
  replay: (world) => aReplay(world),
  project: aProject,
  registration_token: async (world) => (await aToken(world)).id,
  sensor_profile: (world) => aProfile(world, 'sensor-profiles'),
  session: async (world, [deviceId]) => (await aSession(world, deviceId)).params.sessionId,
  media: (world) => aMedia(world),
  upload: (world) => anUpload(world),
  submission: (world) => aSubmission(world),
  sync_plan: (world) => aSyncPlan(world),
  user: async (world) => (await signedIn(world)).id,
};

/** Kinds that references already name, but that no route creates yet. */

export const unmade: readonly string[] = ['invoice'];

/** A parameter that names no entity of a workspace: its values are the same for all workspaces. */
interface Fixed {
  readonly fixed: string;
}

/** What the last parameter of a path names. Longer paths with the same beginning need no line of their own. */
const named: Readonly<Record<string, string | Fixed>> = {
  ...Object.fromEntries(plain.map(({ path, name }) => [path, name])),
  '/api/v1/account/api-keys/{key_id}': 'api_key',
  '/api/v1/account/notifications/{id}': 'notification',
  '/api/v1/admin/quarantine/replays/{replayId}': 'replay',
  '/api/v1/admin/quarantine/{id}': 'quarantine_item',
  '/api/v1/api-keys/{key_id}': 'api_key',
  '/api/v1/billing/invoices/{id}': 'invoice',
  '/api/v1/device-profiles/{id}': 'device_profile',
  '/api/v1/devices/{id}/certificates/{certificateId}': 'certificate',
  '/api/v1/devices/{id}/commands/{commandId}': 'command',
  '/api/v1/devices/{id}/sessions/{sessionId}': 'session',
  '/api/v1/devices/registration/tokens/{tokenId}': 'registration_token',
  '/api/v1/exports/{id}': 'export',
  '/api/v1/forms/{form_id}': 'form',
  '/api/v1/forms/{form_id}/versions/{version_id}': 'form_version',
  '/api/v1/forms/{form_id}/webhooks/{webhook_id}': 'form_webhook',
  '/api/v1/geofences/bulk/{batch_id}': 'batch',
  '/api/v1/geofences/sync/plans/{planId}': 'sync_plan',
  '/api/v1/geofences/{id}': 'geofence',
  '/api/v1/headless/forms/{form_id}': 'form',
  '/api/v1/ogc/collections/{collectionId}': { fixed: 'geofences' },
  '/api/v1/ogc/collections/{collectionId}/items/{featureId}': 'geofence',
  '/api/v1/sensor-profiles/{id}': 'sensor_profile',
  '/api/v1/settings/mobile/devices/{device_id}': 'paired_device',
  '/api/v1/projects/{project_id}': 'project',
  '/api/v1/media/uploads/{media_file_id}': 'upload',
  '/api/v1/media/{media_id}': 'media',
  '/api/v1/submissions/{submission_id}': 'submission',
  '/api/v1/users/{user_id}': 'user',
  '/api/v1/webhooks/{id}/deliveries/{delivery_id}': 'delivery',
  '/api/v1/workflows/{id}/executions/{execution_id}': 'execution',
  '/api/v1/workflows/{id}/versions/{version_num}': { fixed: '1' },
  '/api/v1/workspaces/invitations/{id}': 'invitation',
  '/api/v1/workspaces/members/{user_id}': 'user',
  '/docs/assets/{file}': { fixed: 'x.js' },
  '/docs/errors/{code}': { fixed: 'VALIDATION_ERROR' },
  '/specs/{document}': { fixed: 'openapi-latest.json' },
};

export const isMade = (kind: string): boolean => Object.hasOwn(kinds, kind);

/** Creates an entity of a kind in a workspace. */
export async function make(kind: string, world: World, parents: readonly string[] = []): Promise<string> {
  const make = kinds[kind];
  if (!make) throw new Error(`Say in test/contract/kinds.ts how a ${kind} is made; ${ofPlainKinds}`);
  return await make(world, parents);
}

/**
 * The example of a route's body, with ids of entities of this workspace; ids of kinds that cannot be created yet are
 * omitted.
 */
export async function rightBody(route: Route, world: World): Promise<unknown> {
  const body = await filledExample(route, async (kind) => (isMade(kind) ? await make(kind, world) : undefined));
  return unlikeOthers(route, body);
}

export interface Param {
  readonly name: string;
  readonly names: string | Fixed;
}

const paramNames = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);

/** The paths up to and with each parameter. */
const prefixes = (path: string): string[] => [...path.matchAll(/\}/g)].map(({ index }) => path.slice(0, index + 1));

/** The parameters of a path and the kind that each names, outermost first. */
export function paramsNaming(path: string): Param[] {
  return prefixes(path).map((prefix) => {
    const names = named[prefix];
    if (!names)
      throw new Error(`Say in test/contract/kinds.ts what the last parameter of ${prefix} names; ${ofPlainKinds}`);
    return { name: paramNames(prefix).at(-1)!, names };
  });
}

/** Values for parameters; each names a new entity inside those before it. */
export async function newParams(world: World, params: readonly Param[]): Promise<Record<string, string>> {
  const ids: [string, string][] = [];
  for (const { name, names } of params) {
    const parents = ids.map(([, id]) => id);
    ids.push([name, typeof names === 'object' ? names.fixed : await make(names, world, parents)]);
  }
  return Object.fromEntries(ids);
}

/** The kind that a list at this path contains, if its items have paths of their own. */
export function listedAt(path: string): string | undefined {
  const item = Object.keys(named).find(
    (prefix) => prefix.startsWith(`${path}/{`) && !prefix.slice(path.length + 1).includes('/'),
  );
  const kind = item && named[item];
  return typeof kind === 'string' && isMade(kind) ? kind : undefined;
}

/** The route with this method for one entity of a kind, and the parameter that names the entity. */
export function routeTo(method: HttpMethod, kind: string): { endpoint: NamedEndpoint; param: string } {
  const found = addressed.flatMap((endpoint) => {
    const { route } = endpoint;
    const isIts = route.method === method && route.path.endsWith('}') && named[route.path] === kind;
    return isIts ? [{ endpoint, param: paramNames(route.path).at(-1)! }] : [];
  })[0];
  if (!found) throw new Error(`No route can ${method} one ${kind}`);
  return found;
}

/** Lines of the tables above that no route needs. */
export function unneeded(): string[] {
  const needed = new Set(addressed.flatMap(({ route }) => prefixes(route.path)));
  const kindsNamed = Object.values(named).map(String);
  return [
    ...Object.keys(named).filter((prefix) => !needed.has(prefix)),
    ...Object.keys(kinds).filter((kind) => !kindsNamed.includes(kind)),
    ...unmade.filter(isMade),
  ];
}
