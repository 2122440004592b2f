import { beforeAll, describe, expect, test } from 'vitest';
import * as takeReadings from '../../functions/devices/take-readings.ts';
import { deliver } from '../platform/deliver.ts';
import { platform } from '../platform/in-process.ts';
import { aCertificate, type Certified } from './registration-calls.ts';
import { newWorld, type World } from './world.ts';

/** Numbers at the edges of JSON and of 64 bits, as a device and as a client of the API send them. */

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

/** A value as its sender writes it, and as it is read again; undefined if it is refused, with the reason. */
const values: [type: 'DOUBLE' | 'BIGINT', written: string, shown: string | undefined, cause?: string][] = [
  ['DOUBLE', '-0', '0'],
  ['DOUBLE', '-0.0', '0'],
  ['DOUBLE', '1.7976931348623157e308', '1.7976931348623157e+308'],
  ['DOUBLE', '5e-324', '5e-324'],
  ['DOUBLE', '9007199254740993', '9007199254740992'],
  ['DOUBLE', '1e400', undefined, 'TYPE_MISMATCH'],
  ['DOUBLE', '-1e400', undefined, 'TYPE_MISMATCH'],
  ['DOUBLE', '"NaN"', undefined, 'TYPE_MISMATCH'],
  ['DOUBLE', '"Infinity"', undefined, 'TYPE_MISMATCH'],
  ['BIGINT', '-0', '0'],
  ['BIGINT', '9007199254740992', '9007199254740992'],
  ['BIGINT', '9007199254740993', undefined, 'TYPE_MISMATCH'],
  ['BIGINT', '"9007199254740993"', '"9007199254740993"'],
  ['BIGINT', '"9223372036854775807"', '"9223372036854775807"'],
  ['BIGINT', '"-9223372036854775808"', '"-9223372036854775808"'],
  ['BIGINT', '"9223372036854775808"', undefined, 'TYPE_MISMATCH'],
];

async function aSensorOf(valueType: string): Promise<{ sender: Certified; sensorId: string }> {
  const sender = await aCertificate(world);
  const component = await world.call('components/create', { body: { deviceId: sender.deviceId, name: 'boiler-1' } });
  const body = { componentId: component.body.id, key: 'x', valueType };
  return { sender, sensorId: (await world.call('sensors/create', { body })).body.id };
}

const readingOf = (value: string) => `{"component":"boiler-1","key":"x","value":${value}}`;

const say = ({ deviceId, certificateId: principal }: Certified, json: string) =>
  deliver(takeReadings, {
    topic: `hexfence/${world.workspace.id}/${deviceId}/readings`,
    principal,
    payload: Buffer.from(json).toString('base64'),
    at: Date.now(),
  });

const report = ({ deviceId }: Certified, readings: string) =>
  world.call('readings/report', { body: `{"deviceId":"${deviceId}","readings":[${readings}]}` });

/** The only value of a sensor. */
const shownOf = async (sensorId: string): Promise<unknown> =>
  (await world.call('readings/raw', { query: `sensorId=${sensorId}` })).body.points[0]?.value;

const causesOf = ({ deviceId }: Certified) =>
  platform.database
    .rows('telemetry', (row) => String(row.pk).includes('#quarantine#') && row.deviceId === deviceId)
    .map(({ cause }) => cause);

describe.each(values)('%s %s', (type, written, shown, cause) => {
  test(`${shown === undefined ? 'is refused' : `is read as ${shown}`} when a client reports it`, async () => {
    const { sender, sensorId } = await aSensorOf(type);
    const { status, body } = await report(sender, readingOf(written));
    expect([status, body.accepted, body.rejected]).toEqual(shown === undefined ? [202, 0, 1] : [202, 1, 0]);
    if (cause) expect(body.errors).toMatchObject([{ index: 0, error_code: cause }]);
    expect(await shownOf(sensorId)).toBe(shown && JSON.parse(shown));
  });

  test(`${shown === undefined ? 'is quarantined' : `is read as ${shown}`} when a device sends it`, async () => {
    const { sender, sensorId } = await aSensorOf(type);
    await say(sender, `{"readings":[${readingOf(written)}]}`);
    expect(await shownOf(sensorId)).toBe(shown && JSON.parse(shown));
    expect(causesOf(sender)).toEqual(cause ? [cause] : []);
  });
});

test.each(['NaN', 'Infinity', '-Infinity', '+1', '0x10', '.5', '1n'])(
  '%s is no JSON: nothing of it is taken',
  async (word) => {
    const { sender, sensorId } = await aSensorOf('DOUBLE');
    const { status, body } = await report(sender, readingOf(word));
    expect([status, body.error_code]).toEqual([400, 'MALFORMED_JSON']);
    await say(sender, `{"readings":[${readingOf(word)}]}`);
    expect(causesOf(sender)).toEqual(['MALFORMED_PAYLOAD']);
    expect(await shownOf(sensorId)).toBeUndefined();
  },
);
