import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import * as takeEvents from '../../functions/devices/take-events.ts';
import { ServiceFault } from '../../shared/aws/faults.ts';
import { certificatesOf } from '../../shared/certificates/rows.ts';
import type { DeviceEventRow } from '../../shared/events/device-event.ts';
import { deviceEventKeys } from '../../shared/table/keys/device-events.ts';
import { Table } from '../../shared/table/table.ts';
import { base64, deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { newCsr, onCurve } from '../support/csr.ts';
import { fault } from '../support/dynamodb-fake.ts';
import { aCertificate, type Certified } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** Events that devices send: each is stored once, and a request for the next certificate is answered by a command. */

const { broker } = platform;
const day = 86_400_000;
let world: World;
beforeAll(async () => {
  world = await newWorld('pro');
});
afterEach(() => {
  broker.before = () => undefined;
  platform.database.before = () => undefined;
  vi.useRealTimers();
});

interface Sent {
  readonly at?: number;
  readonly of?: string;
}

const send = (sender: Certified, payload: unknown, { at = Date.now(), of = sender.deviceId }: Sent = {}) =>
  deliver(takeEvents, {
    topic: `hexfence/${world.workspace.id}/${of}/events`,
    principal: sender.certificateId,
    payload: base64(payload),
    at,
  });

const kept = ({ deviceId }: Certified) =>
  new Table('telemetry').queryAll<DeviceEventRow>(deviceEventKeys.events(world.workspace.reference, deviceId));
const commands = async ({ deviceId: id }: Certified) =>
  (await world.call('devices/list-commands', { params: { id } })).body.data;
const inForce = async ({ deviceId }: Certified) =>
  (await certificatesOf(world.workspace.reference, deviceId)).filter(({ status }) => status !== 'REVOKED').length;

describe('an event', () => {
  test('is kept by when it happened, with every digit of its data, for as long as the plan says', async () => {
    const sender = await aCertificate(world);
    const at = Date.now();
    const occurredAt = new Date(at - 5000).toISOString();
    await send(sender, { type: 'later', severity: 'WARNING' }, { at });
    await send(
      sender,
      `{"messageId":"m-1","type":"door.opened","occurredAt":"${occurredAt}","data":{"n":1.0,"big":12345678901234567890}}`,
      { at },
    );
    expect(await kept(sender)).toMatchObject([
      {
        type: 'door.opened',
        severity: 'INFO',
        occurredAt: at - 5000,
        receivedAt: at,
        data: '{"n":1.0,"big":12345678901234567890}',
        ttl: Math.ceil(at / 1000) + 30 * 86_400,
      },
      { type: 'later', severity: 'WARNING', occurredAt: at, data: '{}' },
    ]);
  });

  test('is published under its name in the timeline', async () => {
    const sender = await aCertificate(world);
    await send(sender, { type: 'door.opened', data: { n: 1 } });
    const event = platform.database.rows('main').findLast(({ action }) => action === 'device.event');
    expect(JSON.parse(String(event!.data))).toMatchObject({
      type: 'device.door.opened',
      source: 'DEVICE',
      deviceId: sender.deviceId,
      data: { n: 1 },
    });
  });

  test('is the same again for a day under its message id, whatever it says; another device may use that id', async () => {
    const [mine, theirs] = [await aCertificate(world), await aCertificate(world)];
    const at = Date.now();
    await send(mine, { messageId: 'm', type: 'a' }, { at });
    await Promise.all([1, 2, 3].map(() => send(mine, { messageId: 'm', type: 'b' }, { at: at + day - 1 })));
    await send(theirs, { messageId: 'm', type: 'a' }, { at });
    expect([(await kept(mine)).map(({ type }) => type), (await kept(theirs)).length]).toEqual([['a'], 1]);
    await Promise.all([1, 2, 3].map(() => send(mine, { messageId: 'm', type: 'c' }, { at: at + day })));
    expect((await kept(mine)).map(({ type }) => type)).toEqual(['a', 'c']);
  });

  test('without an id is kept once, however often a queue delivers it, and again when it is sent again', async () => {
    const sender = await aCertificate(world);
    const at = Date.now();
    for (let i = 0; i < 3; i++) await send(sender, { type: 'a' }, { at });
    await send(sender, { type: 'a' }, { at: at + 1 });
    expect(await kept(sender)).toHaveLength(2);
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['of no type', { severity: 'INFO' }],
    ['of a type in capitals', { type: 'Door' }],
    ['of a type of 65 letters', { type: 'a'.repeat(65) }],
    ['of a severity that there is not', { type: 'a', severity: 'info' }],
    ['with a field that there is not', { type: 'a', level: 1 }],
    ['with an empty message id', { type: 'a', messageId: '' }],
    ['with a number as its message id', '{"type":"a","messageId":1.0}'],
    ['with data that are no object', { type: 'a', data: [] }],
    ['with more than 64 KB of data', { type: 'a', data: { x: 'x'.repeat(65_536) } }],
    ['nested deeper than anything needs', `{"type":"a","data":{"x":${'['.repeat(9000)}${']'.repeat(9000)}}}`],
    ['with half of a character', String.raw`{"type":"a","data":{"x":"\udc001"}}`],
    ['of tomorrow', { type: 'a', occurredAt: new Date(Date.now() + day).toISOString() }],
  ])('that is %s changes nothing', async (_, payload) => {
    const sender = await aCertificate(world);
    await send(sender, payload);
    expect(await kept(sender)).toEqual([]);
  });

  test('on the topic of another device, or with an ended certificate, changes nothing', async () => {
    const [mine, theirs] = [await aCertificate(world), await aCertificate(world)];
    await send(mine, { type: 'a' }, { of: theirs.deviceId });
    await world.call('devices/revoke-certificates', { body: { deviceIds: [mine.deviceId], reason: 'Stolen' } });
    await send(mine, { type: 'a' });
    expect([await kept(mine), await kept(theirs)]).toEqual([[], []]);
  });

  test.each(['constructor', 'session.start', 'camera.status'])('of the type %s is kept', async (type) => {
    const sender = await aCertificate(world);
    await send(sender, { type });
    expect(await kept(sender)).toMatchObject([{ type }]);
  });
});

describe('a request for the next certificate', () => {
  const request = async (data: object = {}) => ({
    messageId: 'm-1',
    type: 'certificate.rotate',
    data: { csr: await newCsr(), ...data },
  });

  test('is answered by a command with the certificate, and is kept', async () => {
    const sender = await aCertificate(world);
    await send(sender, await request({ overlapHours: 2 }));
    await relayEvents();
    const [command] = await commands(sender);
    expect(command).toMatchObject({ type: 'INSTALL_CERTIFICATE', status: 'SENT', timeoutSeconds: 86_400 });
    const { payload } = broker.sent.at(-1)!.payload as { payload: Record<string, string> };
    const certificates = await world.call('devices/list-certificates', { params: { id: sender.deviceId } });
    const [fresh, old] = certificates.body.data;
    expect(payload).toEqual({
      certificateId: fresh.id,
      certificatePem: expect.stringContaining('BEGIN CERTIFICATE'),
      caCertificatePem: expect.stringContaining('BEGIN CERTIFICATE'),
      expiresAt: fresh.expiresAt,
      retireOldAt: old.retireAt,
    });
    expect(await kept(sender)).toMatchObject([{ type: 'certificate.rotate' }]);
  });

  test('is only kept where its certificate was revoked since: a thief gets no successor', async () => {
    const stolen = await aCertificate(world);
    const params = { id: stolen.deviceId };
    const at = Date.now() - 1000;
    const rotated = await world.call('devices/rotate-certificate', { params, body: { csr: await newCsr() } });
    await world.call('devices/revoke-certificate', { params: { ...params, certificateId: stolen.certificateId } });
    await send(stolen, await request(), { at });
    const certificates = await world.call('devices/list-certificates', { params });
    expect(certificates.body.data.map(({ id }: { id: string }) => id)).toEqual([rotated.body.id, stolen.certificateId]);
    expect([await commands(stolen), await kept(stolen)]).toMatchObject([[], [{ type: 'certificate.rotate' }]]);
  });

  test('continues with one certificate and one command, wherever it crashed', async () => {
    let call = 0;
    for (; ; call++) {
      const sender = await aCertificate(world);
      const asked = await request();
      const at = Date.now();
      let left = call;
      platform.database.before = () => {
        if (left-- === 0) throw fault('ProvisionedThroughputExceededException');
      };
      const died = await send(sender, asked, { at }).then(
        () => false,
        () => true,
      );
      platform.database.before = () => undefined;
      await send(sender, asked, { at });
      await send(sender, asked, { at: at + 1 });
      expect([await inForce(sender), (await commands(sender)).length], `${call}`).toEqual([2, 1]);
      expect(await kept(sender)).toHaveLength(1);
      if (!died) break;
    }
    expect(call).toBeGreaterThan(10);
  });

  test('that comes several times at once is one', async () => {
    const sender = await aCertificate(world);
    const asked = await request();
    await Promise.all([1, 2, 3].map(() => send(sender, asked)));
    expect([await inForce(sender), (await commands(sender)).length]).toEqual([2, 1]);
  });

  test.each([
    ['whose request is weak', async () => ({ csr: await newCsr(onCurve('P-521')) }), 'CSR_INVALID', /weak|key/],
    ['whose request is none', async () => ({ csr: 'x' }), 'CSR_INVALID', /PEM/],
    ['without a request', async () => ({ csr: undefined }), 'VALIDATION_ERROR', /^data\.csr: Field required$/],
    ['with an overlap of 169 hours', async () => ({ overlapHours: 169 }), 'VALIDATION_ERROR', /^data\.overlapHours: /],
  ])('%s is answered with the reason', async (_, data, code, detail) => {
    const sender = await aCertificate(world);
    await send(sender, await request(await data()));
    const [{ type, payload }] = await commands(sender);
    expect([type, payload]).toEqual(['ROTATION_FAILED', { error_code: code, detail: expect.stringMatching(detail) }]);
    expect(await inForce(sender)).toBe(1);
  });

  test('beside another one that is open is answered with the reason', async () => {
    const sender = await aCertificate(world);
    await send(sender, { ...(await request()), messageId: 'one' });
    await send(sender, { ...(await request()), messageId: 'two' });
    const answers = (await commands(sender)).map(({ type }: { type: string }) => type);
    expect(answers.sort()).toEqual(['INSTALL_CERTIFICATE', 'ROTATION_FAILED']);
  });

  test('waits for a broker that is out of order', async () => {
    const sender = await aCertificate(world);
    broker.before = (call) => {
      if (call.startsWith('POST certificates')) throw new ServiceFault('InternalFailureException', 'Down', 500);
    };
    const asked = await request();
    await expect(send(sender, asked)).rejects.toThrow();
    expect(await commands(sender)).toEqual([]);
    broker.before = () => undefined;
    await send(sender, asked);
    expect(await commands(sender)).toMatchObject([{ type: 'INSTALL_CERTIFICATE' }]);
  });

  test('of an inactive device is answered all the same', async () => {
    const sender = await aCertificate(world);
    await world.call('devices/patch', { params: { id: sender.deviceId }, body: { status: 'INACTIVE' } });
    await send(sender, await request());
    expect(await commands(sender)).toMatchObject([{ type: 'INSTALL_CERTIFICATE' }]);
  });
});
