import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connect, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { circles } from '../../lib/demo/places.ts';
import { startDemoDrive } from '../../lib/device/demo-drive.ts';
import { demoPlace } from '../../lib/device/demo-track.ts';
import { grantableScopes } from '../../shared/auth/scopes.ts';
import { apiClient, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';

/** `npm run device`, run by somebody who has only a token. */

const entry = fileURLToPath(new URL('../../bin/device.ts', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'hexfence-device-'));
const longestMilliseconds = 90_000;

let api: ReturnType<typeof apiClient>;
let listener: MqttClient;
/** Messages on topics for positions, by device. */
const sent = new Map<string, unknown[]>();

beforeAll(async () => {
  useDeployedTables();
  api = apiClient(await newKey(await newWorkspace(), { scopes: grantableScopes }));
  // The emulator accepts clients without a certificate, and lets them read all topics.
  listener = connect(`mqtts://${inject('stack').environment.BROKER_ADDRESS}`, { rejectUnauthorized: false });
  listener.on('message', (topic, payload) => {
    const [, , id = ''] = topic.split('/');
    const message = JSON.parse(payload.toString());
    sent.set(id, [...(sent.get(id) ?? []), ...(message.points ?? [message])]);
  });
  // The client retries while the emulator is busy.
  await new Promise<void>((resolve) => listener.once('connect', () => resolve()));
  await listener.subscribeAsync('hexfence/+/+/location', { qos: 1 });
});
afterAll(() => {
  listener.end(true);
  rmSync(directory, { recursive: true, force: true });
});

const running: Running[] = [];
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  out(): string;
  err(): string;
}

function run(...args: readonly string[]): Running {
  const env = { PATH: process.env.PATH, HEXFENCE_DEVICES: directory, HEXFENCE_STACK: join(directory, 'none.json') };
  const child = spawn(process.execPath, [entry, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const one = { child, ended, out: () => out, err: () => err };
  running.push(one);
  return one;
}

async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const began = Date.now(); ; ) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() - began > longestMilliseconds) {
      const output = running.map(({ out, err }) => out() + err()).join('\n');
      throw new Error(`${what} did not come. The device says:\n${output}`);
    }
    await sleep(200);
  }
}

const says = (one: Running, form: RegExp, times = 1) =>
  until(String(form), () => (one.out().split(form).length > times ? true : undefined));

async function end(one: Running): Promise<string> {
  one.child.kill('SIGINT');
  expect([await one.ended, one.err()]).toEqual([0, '']);
  return one.out();
}

const newToken = async (body: object = { deviceName: 'van-7' }) =>
  (await api('POST', '/api/v1/devices/registration/tokens', body)).body as { token: string; deviceId: string };

async function registered(): Promise<string> {
  const { token, deviceId } = await newToken();
  const one = run('--token', token, '--url', inject('stack').url, '--track', 'none', '--once');
  expect([await one.ended, one.err()]).toEqual([0, '']);
  return deviceId;
}

async function commanded(deviceId: string, type: string, payload: object = {}) {
  const { body } = await api('POST', `/api/v1/devices/${deviceId}/commands`, { type, payload });
  return await until(`the end of ${type}`, async () => {
    const { body: now } = await api('GET', `/api/v1/devices/${deviceId}/commands/${body.id}`);
    return ['SUCCESS', 'FAILED', 'TIMEOUT'].includes(now.status) ? now : undefined;
  });
}

const track = (name: string, positions: readonly (readonly number[])[]) => {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify({ type: 'LineString', coordinates: positions }));
  return file;
};

describe('npm run device', { timeout: 300_000 }, () => {
  test('registers, connects, drives, and runs commands, until Ctrl-C', async () => {
    const { token, deviceId } = await newToken();
    const middle = { latitude: 52.5, longitude: 13.401 };
    const { body: fence } = await api('POST', '/api/v1/geofences', { name: 'Stop', ...middle, radiusMeters: 20 });
    const line = track('line.json', [
      [13.4, 52.5],
      [13.401, 52.5, 34],
      [13.402, 52.5],
    ]);
    const device = run('--token', token, '--url', `${inject('stack').url}/`, '--track', line, '--interval', '0.2');
    await says(device, /^Device [\da-f-]{36} is registered/m);
    await says(device, /^Connected to localhost:\d+ with certificate /m);
    const points = await until('three points', () =>
      sent.get(deviceId)?.length === 3 ? sent.get(deviceId) : undefined,
    );
    expect(points).toEqual([
      { latitude: 52.5, longitude: 13.4, recordedAt: expect.any(String) },
      { latitude: 52.5, longitude: 13.401, altitudeMeters: 34, recordedAt: expect.any(String) },
      { latitude: 52.5, longitude: 13.402, recordedAt: expect.any(String) },
    ]);
    const happened = await until('an entry and an exit', async () => {
      const { body } = await api('GET', `/api/v1/devices/${deviceId}/events`);
      return body.total === 2 ? body.data : undefined;
    });
    expect(happened).toMatchObject([
      { type: 'exit', geofenceId: fence.id, evidence: 'point' },
      // Messages may arrive out of order; then the first known position of the device is inside.
      { type: 'enter', geofenceId: fence.id, initial: expect.any(Boolean), actionFired: true, ...middle },
    ]);
    const { body: history } = await api('GET', `/api/v1/devices/${deviceId}/locations?order=asc`);
    expect(history.points).toMatchObject([
      { longitude: 13.4 },
      { longitude: 13.401, altitudeMeters: 34 },
      { longitude: 13.402 },
    ]);
    const seen = await until('its firmware', async () => {
      const { body } = await api('GET', `/api/v1/devices/${deviceId}`);
      return body.connected && body.firmwareVersion ? body : undefined;
    });
    expect(seen).toMatchObject({ status: 'ACTIVE', firmwareVersion: '1.0.0' });

    const reboot = await commanded(deviceId, 'REBOOT', { delaySeconds: 1 });
    expect(reboot).toMatchObject({ status: 'SUCCESS', message: 'Rebooted.' });
    await says(device, /^Connected/m, 2);
    expect(await commanded(deviceId, 'UPDATE_CONFIG', { sampleSeconds: 30 })).toMatchObject({ status: 'SUCCESS' });
    const config = readFileSync(join(directory, deviceId, 'config.json'), 'utf8');
    expect(JSON.parse(config)).toEqual({ sampleSeconds: 30 });
    expect(await commanded(deviceId, 'SING')).toMatchObject({
      status: 'FAILED',
      message: 'This device knows no SING.',
    });

    const second = run('--device', deviceId, '--track', 'none');
    expect([await second.ended, second.err()]).toEqual([1, expect.stringMatching(/^This device is already running/)]);
    expect(await end(device)).toMatch(/\nEnded\. No points are left to send\.\n$/);
  });

  test('keeps its key to itself', async () => {
    const deviceId = await registered();
    const files = readdirSync(join(directory, deviceId));
    expect(files.filter((name) => /\.key\.pem$/.test(name))).toHaveLength(1);
    for (const name of files.filter((one) => one !== 'unsent'))
      expect(statSync(join(directory, deviceId, name)).mode & 0o777, name).toBe(0o600);
    expect(statSync(join(directory, deviceId)).mode & 0o777).toBe(0o700);
  });

  test('keeps its points while the broker is away, also from one start to the next', async () => {
    const deviceId = await registered();
    const file = join(directory, deviceId, 'device.json');
    const facts = readFileSync(file, 'utf8');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(facts), mqttPort: 1 }));
    const positions = Array.from({ length: 230 }, (_, i) => [13 + i / 1000, 52]);
    const away = run('--device', deviceId, '--track', track('long.json', positions), '--interval', '0.001');
    await says(away, /^localhost:1 cannot be reached/m);
    const stored = () => readdirSync(join(directory, deviceId, 'unsent')).length;
    await until('three files', () => (stored() === 3 ? true : undefined));
    await sleep(500);
    expect(await end(away)).toMatch(/\nEnded\. 230 points wait in .*\.\n$/);
    writeFileSync(file, facts);
    const back = run('--device', deviceId, '--track', 'none', '--once');
    expect(await back.ended, back.err()).toBe(0);
    expect(back.out()).toMatch(
      /^230 points are left from before\.\n(.*\n)*Sent 100 points\.\nSent 100 points\.\nSent 30 points\.$/m,
    );
    const points = await until('all points', () =>
      sent.get(deviceId)?.length === 230 ? sent.get(deviceId) : undefined,
    );
    expect(points.map((point) => (point as { longitude: number }).longitude)).toEqual(positions.map(([at]) => at));
    expect([stored(), readdirSync(join(directory, deviceId, 'unsent'))]).toEqual([0, []]);
  });

  test('takes another certificate into use, and the first is revoked', async () => {
    const deviceId = await registered();
    const rotating = run('--device', deviceId, '--rotate', '--once', '--track', 'none');
    expect([await rotating.ended, rotating.err()]).toEqual([0, '']);
    expect(rotating.out()).toMatch(/^Command INSTALL_CERTIFICATE: Certificate [\da-f]{16} installed\.$/m);
    const certificates = await until('the end of the first', async () => {
      const { body } = await api('GET', `/api/v1/devices/${deviceId}/certificates`);
      return body.data[1]?.status === 'REVOKED' ? body.data : undefined;
    });
    expect(certificates).toMatchObject([
      { status: 'ACTIVE' },
      { status: 'REVOKED', revokeReason: 'Replaced by rotation' },
    ]);
    const again = run(
      '--device',
      deviceId,
      '--once',
      '--track',
      track('dot.json', [
        [1, 2],
        [1, 2.001],
      ]),
      '--interval',
      '0.01',
    );
    expect([await again.ended, again.err()]).toEqual([0, '']);
    expect(again.out()).toContain(`with certificate ${certificates[0].id.slice(0, 16)}`);
  });

  test('says in a sentence that it is let in no more, and takes a new token', async () => {
    const deviceId = await registered();
    await api('POST', '/api/v1/devices/certificates/revoke', { deviceIds: [deviceId], reason: 'Stolen' });
    const refused = run('--device', deviceId, '--track', 'none');
    await says(refused, /does not let this device in .* register it with a new token\./);
    await end(refused);
    const { token } = await newToken({ deviceId });
    const back = run('--token', token, '--url', inject('stack').url, '--track', 'none', '--once');
    expect([await back.ended, back.err()]).toEqual([0, '']);
    // The same token again is no registration any more, since this machine has the device.
    const again = run('--token', token, '--url', 'http://localhost:1', '--track', 'none', '--once');
    expect([await again.ended, again.err()]).toEqual([0, '']);
  });

  test.each([
    ['a token that there is not', (token: string) => `${token.slice(0, -4)}0000`, /token.* Get another one with POST /],
    ['what is no token', () => 'x', /^That is no registration token/],
  ])('says in a sentence what is wrong with %s', async (_, bend, sentence) => {
    const { token } = await newToken();
    const device = run('--token', bend(token), '--url', inject('stack').url, '--track', 'none');
    expect([await device.ended, device.err()]).toEqual([1, expect.stringMatching(sentence)]);
  });

  test('a device of "npm start -- --drive" drives rounds through the demo geofence, and is found again', async () => {
    vi.stubEnv('HEXFENCE_DEVICES', directory);
    const key = await newKey(await newWorkspace(), { scopes: grantableScopes });
    const ask = apiClient(key);
    const [longitude, latitude] = circles[0]!.at;
    await ask('POST', '/api/v1/geofences', { name: demoPlace, latitude, longitude, radiusMeters: 150 });
    const ids = [];
    for (let start = 0; start < 2; start++) {
      const quit = new AbortController();
      const drive = await startDemoDrive(inject('stack').url, key, quit.signal);
      ids.push(drive.deviceId);
      await until('a visit', async () => {
        const { body } = await ask('GET', `/api/v1/devices/${drive.deviceId}/events?type=exit`);
        return body.total > start || undefined;
      });
      quit.abort();
      await drive.ended;
    }
    expect(new Set(ids).size).toBe(1);
    vi.unstubAllEnvs();
  });
});
