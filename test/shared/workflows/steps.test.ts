import { describe, expect, test } from 'vitest';
import { checked } from '../../../shared/http/failures.ts';
import { withNumbers } from '../../../shared/http/numbers.ts';
import { parseMarked } from '../../../shared/json/exact.ts';
import { nextTime } from '../../../shared/workflows/cron.ts';
import { Steps } from '../../../shared/workflows/steps.ts';
import { Trigger } from '../../../shared/workflows/triggers.ts';

const email = (more: object = {}) => ({
  id: 's1',
  type: 'email',
  config: { to: ['ops@example.com'], subject: 'S', text: 'T' },
  ...more,
});
const exists = { field: 'event.data.x', op: 'exists' };
const condition = (id: string, on_false: string) => ({ id, type: 'condition', if: exists, on_false });

function failures(schema: typeof Steps | typeof Trigger, given: unknown) {
  const read = checked(schema, 'body', given);
  return 'failures' in read ? read.failures.map(({ type, loc }) => [type, ...loc.slice(1)]) : [];
}

describe('steps are accepted', () => {
  test.each([
    ['a mail', email()],
    ['a condition', condition('a', 'stop')],
    ['a delay', { id: 'a', type: 'delay', config: { seconds: 2_592_000 } }],
    ['a webhook by id', { id: 'a', type: 'webhook', config: { webhook_id: 'x' } }],
    [
      'a URL',
      {
        id: 'a',
        type: 'webhook',
        config: { url: 'https://example.com/a', method: 'PUT', headers: { 'X-Id': '{{event.id}}' }, body: { a: 1 } },
      },
    ],
    ['a command', { id: 'a', type: 'command', config: { command_type: 'REBOOT', payload: { at: '{{event.id}}' } } }],
    [
      'a geofence',
      { id: 'a', type: 'update_geofence', config: { set: { tags: ['blue', '{{event.data.deviceName}}'] } } },
    ],
    ['an event', { id: 'a', type: 'create_event', config: { event_type: 'arrived', severity: 'WARNING' } }],
    ['a retry', email({ retry: { attempts: 5, backoff_seconds: 300 }, on_error: 'continue' })],
  ])('%s, and shown as it was sent', (_, step) => {
    expect(Steps.parse([step])).toEqual([step]);
  });

  test('with every digit of the numbers in free objects', () => {
    const text =
      '[{"id":"a","type":"command","config":{"command_type":"GO","payload":{"n":613196570357137407,"m":1.0}},"retry":{"attempts":2}}]';
    expect(JSON.stringify(Steps.parse(withNumbers(Steps, parseMarked(text))))).toBe(text);
  });
});

test('null is the same as absent, wherever a field may be absent', () => {
  const parsed = Steps.parse([
    {
      id: 'a',
      type: 'webhook',
      config: { url: 'https://example.com/a', method: null, headers: null, body: null, webhook_id: null },
      on_error: null,
      retry: { attempts: 2, backoff_seconds: null },
    },
    {
      id: 'b',
      type: 'update_geofence',
      config: { geofence_id: null, set: { status: 'active', tags: null } },
      retry: null,
    },
  ]);
  expect(JSON.parse(JSON.stringify(parsed))).toEqual([
    { id: 'a', type: 'webhook', config: { url: 'https://example.com/a' }, retry: { attempts: 2 } },
    { id: 'b', type: 'update_geofence', config: { set: { status: 'active' } } },
  ]);
  const trigger = Trigger.parse({ type: 'geofence_enter', geofence_ids: null, device_tags: null, include_late: null });
  expect(JSON.parse(JSON.stringify(trigger))).toEqual({ type: 'geofence_enter' });
});

describe('steps are refused', () => {
  test.each<[string, unknown, ...(readonly (string | number)[])[]]>([
    ['none', [], ['too_short']],
    [
      'no tag, and nothing that becomes one',
      [{ id: 'a', type: 'update_geofence', config: { set: { tags: ['!', '{{event.data.x}}!'] } } }],
      ['pattern', 0, 'config', 'set', 'tags', 0],
    ],
    ['51', Array.from({ length: 51 }, (_, i) => email({ id: `s${i}` })), ['too_long']],
    ['an unknown type', [{ id: 'a', type: 'script', config: {} }], ['enum', 0, 'type']],
    [
      'a notification through 11 channels',
      [{ id: 'a', type: 'notification', config: { channel_ids: Array(11).fill('c'), subject: 'S', text: 'T' } }],
      ['too_long', 0, 'config', 'channel_ids'],
    ],
    [
      'a channel that a template chooses',
      [{ id: 'a', type: 'notification', config: { channel_ids: 'c', subject: 'S', text: 'T' } }],
      ['type_error', 0, 'config', 'channel_ids'],
    ],
    ['no type', [{ id: 'a' }], ['missing', 0, 'type']],
    ['an id in capital letters', [email({ id: 'S1' })], ['pattern', 0, 'id']],
    ['an id twice', [email(), email()], ['conflict', 1, 'id']],
    ['an unknown field', [email({ when: 1 })], ['unknown_field', 0, 'when']],
    ['a field of another type', [email({ if: exists })], ['unknown_field', 0, 'if']],
    ['a jump to nothing', [condition('a', 'b')], ['unknown_reference', 0, 'on_false']],
    ['a jump to itself', [condition('a', 'a')], ['conflict', 0, 'on_false']],
    ['a jump back', [email(), condition('a', 's1')], ['conflict', 1, 'on_false']],
    ['six attempts', [email({ retry: { attempts: 6 } })], ['too_large', 0, 'retry', 'attempts']],
    ['31 days', [{ id: 'a', type: 'delay', config: { seconds: 2_592_001 } }], ['too_large', 0, 'config', 'seconds']],
    [
      'a template among the addresses',
      [email({ config: { to: ['{{event.data.email}}@example.com'], subject: 'S', text: 'T' } })],
      ['pattern', 0, 'config', 'to', 0],
    ],
    [
      'a template of no path',
      [email({ config: { to: ['a@example.com'], subject: '{{constructor}}', text: 'T' } })],
      ['pattern', 0, 'config', 'subject'],
    ],
    ['neither a webhook nor a URL', [{ id: 'a', type: 'webhook', config: {} }], ['missing', 0, 'config', 'url']],
    [
      'both',
      [{ id: 'a', type: 'webhook', config: { webhook_id: 'w', url: 'https://example.com' } }],
      ['conflict', 0, 'config', 'url'],
    ],
    [
      'a header of the platform',
      [{ id: 'a', type: 'webhook', config: { url: 'https://example.com', headers: { Host: 'x' } } }],
      ['conflict', 0, 'config', 'headers', 'Host'],
    ],
    [
      'a header twice, in other letters',
      [{ id: 'a', type: 'webhook', config: { url: 'https://example.com', headers: { 'X-A': '1', 'x-a': '2' } } }],
      ['conflict', 0, 'config', 'headers', 'x-a'],
    ],
    [
      'a command that only the platform sends',
      [{ id: 'a', type: 'command', config: { command_type: 'INSTALL_CERTIFICATE' } }],
      ['enum', 0, 'config', 'command_type'],
    ],
    ['nothing to set', [{ id: 'a', type: 'update_geofence', config: { set: {} } }], ['missing', 0, 'config', 'set']],
    [
      'an unusable condition',
      [{ ...condition('a', 'stop'), if: { all: [{ field: 'x', op: 'eq', value: 1 }] } }],
      ['pattern', 0, 'if', 'all', 0, 'field'],
    ],
  ])('%s', (_, given, ...expected) => {
    expect(failures(Steps, given)).toEqual(expected);
  });

  test('more than 200 KB', () => {
    const text = 'x'.repeat(19_000);
    const many = Array.from({ length: 11 }, (_, i) =>
      email({ id: `s${i}`, config: { to: ['a@example.com'], subject: 'S', text } }),
    );
    expect(failures(Steps, many.slice(0, 10))).toEqual([]);
    expect(failures(Steps, many)).toEqual([['too_long']]);
  });
});

describe('triggers', () => {
  test.each([
    { type: 'geofence_enter', geofence_ids: ['a'], device_tags: ['cold'], include_late: true },
    { type: 'device_offline' },
    { type: 'device_offline', device_tags: ['cold'], after_minutes: 2 },
    { type: 'device_event', event_types: ['door.opened'] },
    { type: 'alert_opened', severities: ['CRITICAL'] },
    { type: 'submission_created' },
    { type: 'schedule', cron: '0 9 * * MON-FRI', timezone: 'Europe/Madrid' },
    { type: 'manual' },
  ])('$type is accepted', (trigger) => {
    expect(Trigger.parse(trigger)).toEqual(trigger);
  });

  test.each<[given: object, expected: readonly string[]]>([
    [{ type: 'timer' }, ['enum', 'type']],
    [{ type: 'device_offline', after_minutes: 1 }, ['too_small', 'after_minutes']],
    [{ type: 'device_offline', after_minutes: 10_081 }, ['too_large', 'after_minutes']],
    [{ type: 'manual', device_ids: [] }, ['unknown_field', 'device_ids']],
    [{ type: 'device_event' }, ['missing', 'event_types']],
    [{ type: 'geofence_enter', geofence_ids: Array(101).fill('a') }, ['too_long', 'geofence_ids']],
    ...['* * * * * *', '@hourly', '60 * * * *', '0 0 30 2 *', '0 0 L * *', 'x', '0 0 * *', '0 0 * * 5#2'].map(
      (cron): [object, string[]] => [{ type: 'schedule', cron }, ['pattern', 'cron']],
    ),
    [{ type: 'schedule', cron: '* * * * *', timezone: 'Mars/Base' }, ['format', 'timezone']],
  ])('%j is refused', (given, expected) => {
    expect(failures(Trigger, given)).toEqual([expected]);
  });
});

describe('the times of a schedule', () => {
  const times = (cron: string, from: string, count: number, zone = 'Europe/Berlin') => {
    const all: string[] = [];
    for (let at = Date.parse(from); all.length < count; ) {
      at = nextTime(cron, zone, at)!;
      all.push(new Date(at).toISOString().slice(5, 16));
    }
    return all;
  };

  test('an hour that clocks skip is made up for, once', () => {
    expect(times('30 2 * * *', '2026-03-28T00:00:00Z', 3)).toEqual(['03-28T01:30', '03-29T01:00', '03-30T00:30']);
  });

  test('an hour that clocks repeat counts once', () => {
    expect(times('30 2 * * *', '2026-10-24T00:00:00Z', 3)).toEqual(['10-24T00:30', '10-25T00:30', '10-26T01:30']);
  });

  test('a schedule that fires many times an hour fires in every hour', () => {
    expect(times('*/30 * * * *', '2026-10-24T23:45:00Z', 4)).toEqual([
      '10-25T00:00',
      '10-25T00:30',
      '10-25T01:00',
      '10-25T01:30',
    ]);
  });

  test('a day of the week in the zone of the workflow', () => {
    expect(times('0 9 * * MON', '2026-03-20T00:00:00Z', 2, 'Asia/Tokyo')).toEqual(['03-23T00:00', '03-30T00:00']);
  });
});
