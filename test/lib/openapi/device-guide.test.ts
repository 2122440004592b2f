import { describe, expect, test } from 'vitest';
import { deviceGuide, sentByDevices } from '../../../lib/openapi/device-guide.ts';
import { Ack } from '../../../shared/commands/acks.ts';
import { DeviceEvent } from '../../../shared/events/device-event.ts';
import { Faulty } from '../../../shared/http/each-item.ts';
import { withNumbers } from '../../../shared/http/numbers.ts';
import { topicsOf } from '../../../shared/iot/topics.ts';
import { markedJsonOf } from '../../../shared/messages/device-message.ts';
import { HealthReport } from '../../../shared/presence/health-report.ts';
import { ReadingsPayload } from '../../../shared/readings/given.ts';
import { pointsOf } from '../../../shared/tracking/take-points.ts';

/** The workers accept the examples of the guide for devices. */

const at = Date.parse('2026-03-17T10:00:06Z');
const message = (payload: object) => ({ payload: Buffer.from(JSON.stringify(payload)).toString('base64'), at });

describe.each(Object.entries(sentByDevices))('the example for %s', (kind, payload) => {
  test('is in the guide, and is accepted', () => {
    expect(deviceGuide.text).toContain(JSON.stringify(payload, null, 2));
    if (kind === 'location') {
      const { points, refusals } = pointsOf(message(payload));
      return expect([points.length, refusals]).toEqual([2, []]);
    }
    const schema = { readings: ReadingsPayload, health: HealthReport, events: DeviceEvent, 'commands/ack': Ack }[kind]!;
    const { data, error } = schema.safeParse(withNumbers(schema, markedJsonOf(message(payload))));
    expect([error, data]).toEqual([undefined, expect.objectContaining({})]);
    const readings = (data as { readings?: readonly unknown[] }).readings ?? [];
    expect(readings.filter((one) => one instanceof Faulty)).toEqual([]);
  });
});

test('every topic on which devices publish has an example', () => {
  const prefix = 'hexfence/t/d/';
  const ends = Object.values(topicsOf('t', 'd')).map((topic) => topic.slice(prefix.length));
  expect([...Object.keys(sentByDevices), 'commands', 'config'].sort()).toEqual(ends.sort());
});
