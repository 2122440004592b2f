import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { ladderOf } from '../../shared/geo/ladder.ts';
import { countAgainst } from '../../shared/limits/limiter.ts';
import { type PolicyName, policies } from '../../shared/limits/policies.ts';
import type { CountedResource } from '../../shared/quota/record.ts';
import { cellKeys } from '../../shared/table/keys/geofences.ts';
import { quotaKeys } from '../../shared/table/keys/quota.ts';
import { usageKeys } from '../../shared/table/keys/usage.ts';
import { Table } from '../../shared/table/table.ts';
import { monthName } from '../../shared/table/time-names.ts';
import { plans } from '../../shared/tenancy/plans.ts';
import { platformReference } from '../../shared/tenancy/tenant.ts';
import { type EndpointName, endpoint } from '../support/endpoints.ts';
import { type Call, row } from './call.ts';
import { unlikeOthers } from './entities.ts';
import { newParams, paramsNaming, rightBody } from './kinds.ts';
import { aPairingToken } from './phones.ts';
import { type Asked, allowedTo, newWorld, type World } from './world.ts';

/** Calls beyond a limit: of a plan, of the index, of the events of a month, and of requests from one address. */

const access = new Table('access');
const cells = new Table('cells');

/** A call that the route accepts, in a workspace of its own. */
async function rightCall(name: EndpointName, world: World): Promise<Asked> {
  const { route } = endpoint(name);
  return {
    key: route.scope === 'public' ? undefined : await credentialFor(name, world),
    params: await newParams(world, paramsNaming(route.path)),
    body: await rightBody(route, world),
  };
}

async function credentialFor(name: EndpointName, world: World): Promise<string> {
  const { as } = allowedTo(endpoint(name).route);
  return as ? await world.token(as) : world.key;
}

/** Fills a quota, without making what it counts. */
export async function fill({ workspace: { reference } }: World, resource: string, used: number): Promise<void> {
  await access.put(quotaKeys.quota(reference, resource), { used, touchedAt: Date.now() });
}

const { free } = plans;

/** A call in a workspace whose plan has no room for one more. */
const beyondPlan = (name: EndpointName, resource: CountedResource, more: (world: World) => Promise<Asked>): Call =>
  row(
    'one more than the plan allows',
    async () => {
      const world = await newWorld('free');
      const asked = await more(world);
      await fill(world, resource, free.limits[resource]);
      return { key: await credentialFor(name, world), ...asked };
    },
    [403, 'QUOTA_EXCEEDED'],
    { body: { details: { resource, limit: free.limits[resource], used: free.limits[resource] } } },
  );

const oneMore = (name: EndpointName, resource: CountedResource): Call =>
  beyondPlan(name, resource, (world) => rightCall(name, world));

async function haveUsed({ workspace: { reference } }: World, events: number): Promise<void> {
  await access.put(usageKeys.events(reference, monthName(Date.now()), 'x'), { events });
}

/** Calls in a workspace that has used up the events of the month, and more. */
const beyondEvents = (name: EndpointName): Call[] => {
  const resource = 'events_per_month';
  const limit = free.limits.events_per_month;
  return [
    row(
      'an event in a month that has had 150 % of the plan',
      async () => {
        const world = await newWorld('free');
        const asked = await rightCall(name, world);
        await haveUsed(world, limit * 1.5);
        return asked;
      },
      [403, 'QUOTA_EXCEEDED'],
      { body: { details: { resource, limit, used: limit * 1.5 } } },
    ),
    row(
      'a seventh event within a minute, in a month that has had 120 % of the plan',
      async () => {
        const world = await newWorld('free');
        const first = await rightCall(name, world);
        const next = () => ({ ...first, body: unlikeOthers(endpoint(name).route, first.body) });
        await haveUsed(world, limit * 1.2);
        for (let i = 0; i < 6; i++) await world.call(name, next());
        return next();
      },
      [429, 'QUOTA_THROTTLED'],
      { body: { details: { resource, usage_percent: 120 } } },
    ),
  ];
};

/** A call from an address that has no requests left. */
const beyondRate = (
  name: EndpointName,
  policy: PolicyName,
  subject: (address: string) => string,
  asked?: Asked,
): Call =>
  row(
    'one more than an address may',
    async (world) => {
      const address = anAddress();
      const amount = Number(policies[policy].limit);
      await countAgainst(platformReference, [{ policy, subject: subject(address), amount }]);
      return { ...(asked ?? (await rightCall(name, world))), address };
    },
    [429, 'RATE_LIMIT_EXCEEDED'],
    { body: { details: { policy } } },
  );

let addresses = 0;
const anAddress = (): string => {
  addresses += 1;
  return `198.51.100.${addresses}`;
};
const itself = (address: string): string => address;

/** A place whose cells in the index are full: each has more than a megabyte of geofences. */
async function aFullPlace(world: World) {
  const place = { latitude: -47.1, longitude: -126.7, radiusMeters: 100 };
  const cellsAt = ladderOf(place.latitude, place.longitude);
  const posting = { v: 1, g: Buffer.alloc(200_000) };
  const keys = cellsAt.flatMap((cell) =>
    Array.from({ length: 6 }, () => cellKeys.posting(world.workspace.reference, cell, randomUUID())),
  );
  await Promise.all(keys.map((key) => cells.put(key, posting)));
  return place;
}

/** A call that moves a geofence to a place where there are too many. */
const intoFullCell = (asked: (id: string, place: object) => Asked): Call =>
  row(
    'a place where too many geofences are',
    async () => {
      const world = await newWorld();
      const { id } = await world.fence();
      return { key: world.key, ...asked(id, await aFullPlace(world)) };
    },
    [403, 'QUOTA_EXCEEDED'],
    { body: { details: { resource: 'geofences_per_cell', limit: number, used: number } } },
  );

const number = expect.any(Number);

const events = [
  ...(['devices/report-location-batch', 'devices/report-locations', 'readings/report'] as const),
  ...(['headless/submit', 'submissions/create', 'submissions/create-bulk'] as const),
];

const counted: readonly (readonly [EndpointName, CountedResource])[] = [
  ['account/create-api-key', 'api_keys'],
  ['api-keys/create', 'api_keys'],
  ['devices/create-token', 'devices'],
  ['forms/create-webhook', 'webhooks'],
  ['geofences/create', 'geofences'],
  ['geofences/sync-plan-apply', 'geofences'],
  ['webhooks/create', 'webhooks'],
  ['workflows/create', 'workflows'],
];

export const limitCalls: Readonly<Record<string, readonly Call[]>> = {
  ...Object.fromEntries(events.map((name) => [name, beyondEvents(name)])),
  ...Object.fromEntries(counted.map(([name, resource]) => [name, [oneMore(name, resource)]])),
  'auth/confirm-password-reset': [beyondRate('auth/confirm-password-reset', 'mail', (address) => `confirm ${address}`)],
  'auth/login': [beyondRate('auth/login', 'login', itself)],
  'auth/password-reset': [beyondRate('auth/password-reset', 'mail', itself)],
  'auth/resend-verification': [beyondRate('auth/resend-verification', 'mail', itself)],
  'auth/sign-up': [beyondRate('auth/sign-up', 'signup', itself)],
  'devices/provision': [beyondRate('devices/provision', 'provision', itself)],
  'geofences/patch': [intoFullCell((id, place) => ({ params: { id }, body: place }))],
  'geofences/replace': [intoFullCell((id, place) => ({ params: { id }, body: { name: 'Moved', ...place } }))],
  'geofences/update': [intoFullCell((id, place) => ({ body: { id, ...place } }))],
  'mobile/pair': [
    beyondPlan('mobile/pair', 'devices', async (world) => ({
      key: undefined,
      body: { token: await aPairingToken(world), device_label: 'One more' },
    })),
    beyondRate('mobile/pair', 'provision', itself, { key: undefined, body: { token: 'x', device_label: 'X' } }),
  ],
};
