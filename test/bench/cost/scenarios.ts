import type { SQSRecord } from 'aws-lambda';
import * as endpoints from '../../../functions/routes.ts';
import * as workers from '../../../functions/workers.ts';
import type { Scope } from '../../../shared/auth/scopes.ts';
import { createKey } from '../../../shared/operator/keys.ts';
import { encodeItem } from '../../../shared/table/attributes.ts';
import { createWorkspace } from '../../../shared/workspaces/workspaces.ts';
import { platform } from '../../platform/in-process.ts';
import { type SentMessage, takeMessages } from '../../support/aws-fake.ts';
import { newCsr } from '../../support/csr.ts';
import { gatewayEvent, type Invocation, invoke } from '../../support/invoke.ts';
import { ordersOf } from '../../support/orders.ts';
import { newPerson } from '../../support/persons.ts';
import { type RecordedCall, recordCalls } from './recording.ts';
import { outcomeOf } from './runner.ts';

/**
 * The scenarios of the bench. They are recorded again each time, on the platform in this process, so that no recording
 * becomes outdated.
 */

export interface Scenario {
  /** What it is called in tables: the endpoint or worker, and what distinguishes it from another one of the same. */
  readonly title: string;
  /** The endpoint or worker. */
  readonly name: string;
  readonly event: object;
  readonly outcome: string;
  readonly calls: readonly RecordedCall[];
  /** How many passwords it hashes. */
  readonly passwords: number;
  /** The number of measured requests, as a share of that of an ordinary endpoint. */
  readonly share: number;
}

type Handler = (event: never, context: never) => Promise<unknown>;
const routes = { ...endpoints };
const handlers = { ...routes, ...workers } as Readonly<Record<string, { readonly handler: Handler }>>;
const context = { getRemainingTimeInMillis: () => 60_000 } as never;

async function record(name: string, event: object, more: Partial<Scenario> = {}): Promise<Scenario> {
  const { result, calls } = await recordCalls(() => handlers[name]!.handler(event as never, context));
  return { title: name, name, event, outcome: outcomeOf(result), calls, passwords: 0, share: 1, ...more };
}

const point = { latitude: 37.7749, longitude: -122.4194 };
/** Metres around the point: a check there has some candidates in each of its cells, and three matches. */
const radii = [80, 400, 3000];
const elsewhere = Array.from({ length: 12 }, (_, i) => ({ latitude: 37.77 + i / 500, longitude: -122.43 - i / 500 }));

/** The scopes of a key that tracks a fleet. */
const scopes: readonly Scope[] = ['geofences:read', 'geofences:write', 'devices:read', 'locations:write'];

export async function recordScenarios(): Promise<readonly Scenario[]> {
  const workspace = await createWorkspace({ name: 'Bench', slug: `bench-${process.pid}`, plan: 'enterprise' });
  const { key } = await createKey(workspace, { name: 'Bench', scopes });
  const owner = await newPerson(workspace, 'owner');
  const create = async (place: object) =>
    await invoke(routes['geofences/create'], { key, body: { name: 'SF Downtown Hub 0042', ...place } });
  for (const radiusMeters of radii) await create({ ...point, radiusMeters });
  for (const place of elsewhere) await create({ ...place, radiusMeters: 250 });
  const { body: fence } = await create({ latitude: 37.76, longitude: -122.41, radiusMeters: 250 });

  const call = (name: keyof typeof routes, invocation: Invocation) =>
    record(name, gatewayEvent(routes[name].route, { address: '203.0.113.9', ...invocation }), {
      passwords: name === 'auth/login' ? 1 : 0,
      share: name === 'auth/login' ? 0.1 : 1,
    });
  const { email, password } = owner;
  return [
    await call('geofences/check', { key, body: point }),
    await call('geofences/get', { key, params: { id: fence.id } }),
    await call('geofences/create', {
      key,
      body: { name: 'New', latitude: 37.9, longitude: -122.5, radiusMeters: 250 },
    }),
    await call('auth/login', { body: { email, password } }),
    await decideBatch(key),
    await relay(key, fence.id),
    ...(await recordPoints()),
  ];
}

/** A device with a certificate. */
async function certified(key: string): Promise<{ readonly deviceId: string; readonly certificateId: string }> {
  const { body } = await invoke(routes['devices/create-token'], { key, body: { deviceName: 'Van 7' } });
  const csr = await newCsr();
  return (await invoke(routes['devices/provision'], { body: { token: body.token, csr } })).body;
}

/** How many points there are in the messages of devices. */
export const pointsOfMessages = [1, 50, 100] as const;
export const pointsTitle = (points: number): string => `devices/take-locations, ${points} of a message`;

/**
 * Messages of a device that drives through a town at 10 m/s and records a point each second. Within 2 km, geofences are
 * 300 m apart, as in a town with 10,000 of them.
 */
async function recordPoints(): Promise<readonly Scenario[]> {
  const workspace = await createWorkspace({ name: 'Fleet', slug: `fleet-${process.pid}`, plan: 'enterprise' });
  const { key } = await createKey(workspace, { name: 'Fleet', scopes: [...scopes, 'devices:provision'] });
  const [town, step, meters] = [{ latitude: 46.9, longitude: 7.4 }, 0.0027, 1 / 111_195];
  for (let y = -6; y <= 6; y++) {
    for (let x = -6; x <= 6; x++) {
      const [latitude, longitude] = [town.latitude + y * step, town.longitude + x * step * 1.46];
      const body = { name: 'A place', latitude, longitude, radiusMeters: 100 };
      await invoke(routes['geofences/create'], { key, body });
    }
  }
  const scenarios: Scenario[] = [];
  for (const points of pointsOfMessages) {
    const { deviceId, certificateId } = await certified(key);
    const message = (from: number, count: number, at = Date.now()) => {
      const track = Array.from({ length: count }, (_, i) => ({
        latitude: town.latitude + (from + i) * 10 * meters,
        longitude: town.longitude,
        accuracyMeters: 5,
        speedMps: 10,
        recordedAt: new Date(at - 1000 * (count - i)).toISOString(),
      }));
      const payload = Buffer.from(JSON.stringify({ points: track })).toString('base64');
      const topic = `hexfence/${workspace.id}/${deviceId}/location`;
      return queued({ MessageBody: JSON.stringify({ topic, payload, at, principal: certificateId }) } as SentMessage);
    };
    // Between two geofences; a longer message continues through the next ones, 300 m apart.
    await record('devices/take-locations', { Records: [message(12, 1, Date.now() - 200_000)] });
    const event = { Records: [message(13, points)] };
    scenarios.push(await record('devices/take-locations', event, { title: pointsTitle(points), share: 0.3 }));
  }
  return scenarios;
}

/**
 * All calls that an import of some new addresses makes: those of the request, of the geocoding workers and of the
 * worker that decides.
 */
export async function recordImport(addresses: number): Promise<readonly RecordedCall[]> {
  const workspace = await createWorkspace({ name: 'Import', slug: `import-${process.pid}`, plan: 'enterprise' });
  const { key } = await createKey(workspace, { name: 'Import', scopes });
  const addressOf = (i: number) => `${1 + 60 * i} ${i % 2 ? 'Market' : 'Mission'} St, San Francisco, CA`;
  const items = Array.from({ length: addresses }, (_, i) => ({ address: addressOf(i) }));
  const { calls } = await recordCalls(async () => {
    const { status } = await invoke(routes['geofences/bulk-create'], { key, body: { items } });
    if (status !== 201) throw new Error(`The import was answered ${status}`);
    await platform.queues.idle();
  });
  return calls;
}

/** A batch of 25 points that was sent and is not decided yet. */
async function decideBatch(key: string): Promise<Scenario> {
  let asked: SentMessage | undefined;
  takeMessages((message) => {
    asked = message;
  });
  const items = Array.from({ length: 25 }, (_, i) => ({ address: `${i} Main St`, lat: 40 + i / 100, lng: -100 }));
  const headers = { prefer: 'respond-async' };
  const { status } = await invoke(routes['geofences/bulk-create'], { key, headers, body: { items } });
  if (status !== 202 || !asked) throw new Error(`The batch was answered ${status}`);
  return await record('geofences/decide-batch', { Records: [queued(asked)] }, { share: 0.1 });
}

function queued({ MessageBody }: SentMessage): Partial<SQSRecord> {
  return {
    messageId: '4f7c0e9e-4a0e-4a40-9b1c-2b1f0f4f3c11',
    receiptHandle: 'receipt',
    body: MessageBody,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'bench',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:hexfence-bench-geofences-decide-batch.fifo',
    awsRegion: 'us-east-1',
  };
}

/** A record of the stream whose message goes to a queue: a fence was moved, and its old cells must be removed. */
async function relay(key: string, id: string): Promise<Scenario> {
  takeMessages(() => undefined);
  await invoke(routes['geofences/patch'], { key, params: { id }, body: { latitude: 38, longitude: -122.41 } });
  const row = platform.database.rows('main').find((each) => ordersOf(each).length > 0);
  if (!row) throw new Error('No row of the outbox has a message');
  const item = encodeItem(row);
  const dynamodb = { Keys: { pk: item.pk, sk: item.sk }, NewImage: item };
  return await record('outbox/relay', { Records: [{ eventID: 'e1', eventName: 'INSERT', dynamodb }] });
}
