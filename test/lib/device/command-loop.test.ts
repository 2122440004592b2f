import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Ack, CommandLoop, type Runner } from '../../../lib/device/command-loop.ts';

/** Commands at the device: each is run once, in order and in time, and always acknowledged. */

let directory: string;
let acks: Ack[];
let lines: string[];
let journal: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hexfence-commands-'));
  journal = join(directory, 'commands.json');
  [acks, lines] = [[], []];
});
afterEach(() => {
  rmSync(directory, { recursive: true });
  vi.useRealTimers();
});

const loopOf = (runners: Record<string, Runner>, ack = async (one: Ack) => void acks.push(one)) =>
  new CommandLoop({ journal, runners, ack, tell: (line) => lines.push(line) });

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const command = (commandId: string, type = 'REBOOT', more: object = {}) =>
  bytes({
    commandId,
    type,
    payload: {},
    issuedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    ...more,
  });
const answers = () => acks.map(({ commandId, status }) => `${commandId} ${status}`);

test('a command is acknowledged, run and answered, and then what follows is done', async () => {
  const order: string[] = [];
  const loop = loopOf(
    {
      REBOOT: (payload) => {
        order.push(`run ${JSON.stringify(payload)}`);
        return { status: 'SUCCESS', message: 'Rebooted.', afterwards: () => order.push('afterwards') };
      },
    },
    async (ack) => {
      order.push(ack.status);
      acks.push(ack);
    },
  );
  await loop.take(command('a', 'REBOOT', { payload: { delaySeconds: 5 } }));
  expect(order).toEqual(['ACKNOWLEDGED', 'run {"delaySeconds":5}', 'SUCCESS', 'afterwards']);
  expect(acks[1]).toEqual({ commandId: 'a', status: 'SUCCESS', message: 'Rebooted.', at: expect.any(String) });
  expect(lines).toEqual(['Command REBOOT: Rebooted.']);
});

test('a redelivered command is acknowledged again and not run, also after a restart', async () => {
  const run = vi.fn<Runner>(() => ({ status: 'SUCCESS' }));
  const loop = loopOf({ REBOOT: run });
  await Promise.all([loop.take(command('a')), loop.take(command('a'))]);
  await loopOf({ REBOOT: run }).take(command('a'));
  expect(run).toHaveBeenCalledTimes(1);
  expect(answers()).toEqual(['a ACKNOWLEDGED', 'a SUCCESS', 'a SUCCESS', 'a SUCCESS']);
  expect(statSync(journal).mode & 0o777).toBe(0o600);
});

test('one that ended the process is not run again, and has failed', async () => {
  const dying = loopOf({ REBOOT: () => new Promise(() => undefined) });
  void dying.take(command('a'));
  await vi.waitFor(() => expect(readFileSync(journal, 'utf8')).toContain('"a"'));
  const run = vi.fn<Runner>(() => ({ status: 'SUCCESS' }));
  await loopOf({ REBOOT: run }).take(command('a'));
  expect(run).not.toHaveBeenCalled();
  expect(acks.at(-1)).toMatchObject({ status: 'FAILED', message: 'The device ended while it ran this.' });
});

test('one whose time is over is ignored', async () => {
  const run = vi.fn<Runner>(() => ({ status: 'SUCCESS' }));
  await loopOf({ REBOOT: run }).take(command('a', 'REBOOT', { expiresAt: new Date(Date.now() - 1).toISOString() }));
  expect([run.mock.calls, acks]).toEqual([[], []]);
  expect(lines).toEqual(['Command REBOOT came too late, and is ignored.']);
});

test('what was run is remembered until its time is over', async () => {
  await loopOf({ REBOOT: () => ({ status: 'SUCCESS' }) }).take(command('a'));
  vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
  await loopOf({ REBOOT: () => ({ status: 'SUCCESS' }) }).take(command('b'));
  expect(Object.keys(JSON.parse(readFileSync(journal, 'utf8')))).toEqual(['b']);
});

test('they are run one after the other, in the order in which they arrive', async () => {
  const order: string[] = [];
  const slow: Runner = async ({ id }) => {
    order.push(`${id} begins`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    order.push(`${id} ends`);
    return { status: 'SUCCESS' };
  };
  const loop = loopOf({ SLOW: slow });
  await Promise.all([1, 2].map((id) => loop.take(command(`c${id}`, 'SLOW', { payload: { id } }))));
  expect(order).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
});

test.each(['SING', 'constructor', '__proto__'])(
  'a command %s, which the device does not know, has failed',
  async (type) => {
    await loopOf({}).take(command('a', type));
    expect(acks.at(-1)).toMatchObject({ status: 'FAILED', message: `This device knows no ${type}.` });
  },
);

test('one whose runner throws has failed, and the next one is run', async () => {
  const loop = loopOf({
    BREAK: () => {
      throw new Error('No space left');
    },
    REBOOT: () => ({ status: 'SUCCESS' }),
  });
  await loop.take(command('a', 'BREAK'));
  await loop.take(command('b'));
  expect(acks.map(({ status, message }) => [status, message])).toEqual([
    ['ACKNOWLEDGED', undefined],
    ['FAILED', 'No space left'],
    ['ACKNOWLEDGED', undefined],
    ['SUCCESS', undefined],
  ]);
});

test('an answer that cannot be sent does not stop the next command', async () => {
  const run = vi.fn<Runner>(() => ({ status: 'SUCCESS' }));
  const loop = loopOf({ REBOOT: run }, async () => {
    throw new Error('No connection');
  });
  await loop.take(command('a'));
  await loop.take(command('b'));
  expect(run).toHaveBeenCalledTimes(2);
});

test.each(['', '{', '[]', '{"commandId":"a"}', '{"commandId":"a","type":"X","payload":{},"expiresAt":"soon"}'])(
  'a message that is no command is ignored: %j',
  async (text) => {
    await loopOf({}).take(bytes(text));
    expect([acks, lines]).toEqual([[], ['A message was no command, and is ignored.']]);
  },
);
