import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type MqttClient } from 'mqtt';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { newIdentity } from '../support/csr.ts';
import { apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** A device over mutual TLS: from a one-time token to the end of its certificate. */

const devices = '/api/v1/devices';
const longestMilliseconds = 90_000;

let api: ReturnType<typeof apiClient>;
beforeAll(async () => {
  useDeployedTables();
  const workspace = await newWorkspace();
  api = apiClient(await newKey(workspace, { scopes: grantableScopes }));
});

const clients: MqttClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
});

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const began = Date.now(); ; ) {
    const found = await look();
    if (found !== undefined) return found;
    expect(Date.now() - began, what).toBeLessThan(longestMilliseconds);
    await sleep(300);
  }
}

interface Identity {
  readonly key: string;
  // biome-ignore lint/suspicious/noExplicitAny: the answer as it came
  readonly result: any;
}

async function provisioned(): Promise<Identity> {
  const { body: made } = await api('POST', `${devices}/registration/tokens`, { deviceName: 'van-7' });
  const { csr, key } = await newIdentity();
  const { status, body: result } = await apiClient(undefined)('POST', `${devices}/provision`, {
    token: made.token,
    csr,
  });
  expect(status, JSON.stringify(result)).toBe(201);
  return { key, result };
}

/** A broker that refuses a client may say so, or only close the connection. */
async function connected({ key, result }: Identity, clientId: string = result.clientId): Promise<MqttClient> {
  const client = connect(`mqtts://${result.mqttEndpoint}:${result.mqttPort}`, {
    clientId,
    key,
    cert: result.certificatePem,
    ca: result.caCertificatePem,
    reconnectPeriod: 0,
    connectTimeout: 5000,
  });
  clients.push(client);
  return await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('No answer of the broker')), 6000);
    client.on('connect', () => resolve(client));
    client.on('error', reject);
    client.on('close', () => reject(new Error('Closed by the broker')));
    client.on('connect', () => clearTimeout(late));
  });
}

const refused = (attempt: Promise<unknown>): Promise<boolean> =>
  attempt.then(
    () => false,
    () => true,
  );

test('a device provisions, connects, reports, runs a command, and is refused once it is revoked', {
  timeout: 300_000,
}, async () => {
  const identity = await provisioned();
  const { result } = identity;
  const path = `${devices}/${result.deviceId}`;
  expect((await api('GET', path)).body).toMatchObject({ status: 'ACTIVE', certificateId: result.certificateId });
  expect(await refused(connected(identity, 'another-id'))).toBe(true);

  const client = await connected(identity);
  const heard: Record<string, unknown>[] = [];
  client.on('message', (_topic, payload) => heard.push(JSON.parse(payload.toString())));
  await client.subscribeAsync(result.topics.commands, { qos: 1 });
  await until('the device is connected', async () => ((await api('GET', path)).body.connected ? true : undefined));

  await client.publishAsync(result.topics.health, JSON.stringify({ uptimeSeconds: 7, connectionType: 'LORA' }), {
    qos: 1,
  });
  const health = await until('its health is known', async () => {
    const { body } = await api('GET', `${path}/health`);
    return body.reportedAt === null ? undefined : body;
  });
  expect(health).toMatchObject({ uptimeSeconds: 7, connectionType: 'LORA', online: true });

  const { body: command } = await api('POST', `${path}/commands`, { type: 'REBOOT', payload: { delaySeconds: 5 } });
  const received = await until('the command has come', async () =>
    heard.find(({ commandId }) => commandId === command.id),
  );
  expect(received).toMatchObject({ type: 'REBOOT', payload: { delaySeconds: 5 } });
  const ack = { commandId: command.id, status: 'SUCCESS', message: 'Done' };
  await client.publishAsync(result.topics.commandsAck, JSON.stringify(ack), { qos: 1 });
  await until('the command has succeeded', async () => {
    const { body } = await api('GET', `${path}/commands/${command.id}`);
    return body.status === 'SUCCESS' ? body : undefined;
  });
  const { body: used } = await api('GET', `${path}/certificates`);
  expect(used.data[0].firstUsedAt).not.toBeNull();

  const ended = new Promise<boolean>((resolve) => client.once('close', () => resolve(true)));
  const revoked = await api('POST', `${path}/certificates/${result.certificateId}/revoke`, { reason: 'Stolen' });
  expect(revoked.body.status).toBe('REVOKED');
  await until('the broker has ended its session', () => Promise.race([ended, sleep(100).then(() => undefined)]));
  await until('the broker refuses it', async () => ((await refused(connected(identity))) ? true : undefined));
});

test('what a device sends on the topic of another changes nothing', { timeout: 180_000 }, async () => {
  const [mine, theirs] = [await provisioned(), await provisioned()];
  const client = await connected(mine);
  const report = JSON.stringify({ uptimeSeconds: 1 });
  // The broker closes the connection of a client that tries this.
  await client.publishAsync(theirs.result.topics.health, report, { qos: 0 }).catch(() => undefined);
  const other = await connected(mine).catch(() => client);
  await other.publishAsync(mine.result.topics.health, report, { qos: 1 }).catch(() => undefined);
  const reportedAt = async ({ result }: Identity) =>
    (await api('GET', `${devices}/${result.deviceId}/health`)).body.reportedAt;
  await until('its own report is known', async () => (await reportedAt(mine)) ?? undefined);
  expect(await reportedAt(theirs)).toBeNull();
});

test('a deleted device cannot connect any more, and its session ends', { timeout: 180_000 }, async () => {
  const identity = await provisioned();
  const client = await connected(identity);
  const ended = new Promise<boolean>((resolve) => client.once('close', () => resolve(true)));
  expect((await api('DELETE', `${devices}/${identity.result.deviceId}`)).status).toBe(204);
  await until('the broker has ended its session', () => Promise.race([ended, sleep(100).then(() => undefined)]));
  await until('the broker refuses it', async () => ((await refused(connected(identity))) ? true : undefined));
});
