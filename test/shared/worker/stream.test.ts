import { setTimeout as sleep } from 'node:timers/promises';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { handler as relay } from '../../../functions/outbox/relay.ts';
import { handler as relayAgain } from '../../../functions/outbox/relay-again.ts';
import { ServiceFault } from '../../../shared/aws/faults.ts';
import { answerFor, type SentMessage, takeMessages } from '../../support/aws-fake.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { catchOutput, type Output } from '../support/platform.ts';

/** The relay of the outbox, with queues that are unavailable, slow or deleted. */

const sweepUrl = 'http://queue/sweep';
const asideUrl = 'http://queue/aside';
let database: DynamoDbFake;
let output: Output;
/** The messages that SQS has accepted. */
let taken: SentMessage[];
/** Throws the error with which SQS refuses a message. */
let refuse: (message: SentMessage) => unknown;

beforeEach(() => {
  database = new DynamoDbFake();
  output = catchOutput();
  taken = [];
  refuse = () => undefined;
  vi.stubEnv('GEOFENCES_SWEEP_CELLS_QUEUE_URL', sweepUrl);
  vi.stubEnv('OUTBOX_RELAY_AGAIN_QUEUE_URL', asideUrl);
  takeMessages(async (message) => {
    const refusal = refuse(message);
    if (refusal instanceof Promise) await refusal;
    taken.push(message);
  });
});
afterEach(() => {
  database.restore();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const away = () => {
  throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
};
const throttled = () => {
  throw new ServiceFault('ThrottlingException', 'Rate exceeded', 400);
};

const message = (name: string) => ({ tenant: 'abcdefgh', geofenceId: name, indexVersion: 2 });
const outboxRow = (...orders: object[]) => ({ action: 'geofence.update', orders: JSON.stringify(orders) });
const order = (name: string) => outboxRow({ worker: 'geofences/sweep-cells', message: message(name) });
const pk = 'abcdefgh#outbox';

/** A row of the outbox, in the table and as a record of the stream. */
function record(sk: string, row: object = order(sk)): DynamoDBRecord {
  database.set('main', { pk, sk, ...row });
  return {
    eventName: 'INSERT',
    dynamodb: {
      SequenceNumber: `n-${sk}`,
      Keys: marshall({ pk, sk }) as never,
      NewImage: marshall({ pk, sk, ...row }) as never,
    },
  };
}
const records = (count: number) => Array.from({ length: count }, (_, i) => record(`e${String(i).padStart(3, '0')}`));

const context = (milliseconds = 30_000) => ({ getRemainingTimeInMillis: () => milliseconds }) as Context;
const run = async (all: readonly DynamoDBRecord[], within?: number) =>
  await relay({ Records: all } as never, context(within));

/** Lambda's reader of a stream: an error repeats the whole batch, a failed item repeats it from there on. */
async function readStream(all: readonly DynamoDBRecord[], mostTries: number): Promise<readonly DynamoDBRecord[]> {
  let left = all;
  for (let tries = 0; left.length > 0 && tries < mostTries; tries++) {
    const failed = await run(left).then(
      ({ batchItemFailures: [first] }) =>
        first ? left.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === first.itemIdentifier) : left.length,
      () => 0,
    );
    left = left.slice(failed);
  }
  return left;
}

const names = (url: string, field: string) =>
  taken.filter(({ QueueUrl }) => QueueUrl === url).map(({ MessageBody }) => JSON.parse(MessageBody)[field] as string);
const swept = () => names(sweepUrl, 'geofenceId');
const aside = () => names(asideUrl, 'sk');
const skOf = ({ dynamodb }: DynamoDBRecord) => dynamodb!.Keys!.sk!.S!;

describe('a record', () => {
  test('is handed on in its order; changed and removed rows, and those without a message, are not', async () => {
    const changed = { ...record('changed'), eventName: 'MODIFY' } as DynamoDBRecord;
    const all = [
      record('a'),
      changed,
      record('none', outboxRow()),
      { eventName: 'INSERT', dynamodb: {} } as never,
      record('b'),
    ];
    expect(await run(all)).toEqual({ batchItemFailures: [] });
    expect(taken).toEqual(
      ['a', 'b'].map((name) => ({
        QueueUrl: sweepUrl,
        MessageBody: JSON.stringify(message(name)),
        MessageGroupId: 'abcdefgh',
      })),
    );
  });

  test.each([
    ['whose queue is gone', order('x'), (message: SentMessage) => message.QueueUrl === sweepUrl && away()],
    [
      'for a worker that there is none of',
      outboxRow({ worker: 'no/such-worker', message: message('x') }),
      () => undefined,
    ],
    ['whose message is no JSON', { orders: '{' }, () => undefined],
    ['of another shape', outboxRow({ worker: 7 }), () => undefined],
  ])('%s is set aside by its keys alone, and holds up nobody', async (_, row, refusal) => {
    refuse = (message) => message.MessageBody.includes('"x"') && refusal(message);
    expect(await run([record('x', row), record('b')])).toEqual({ batchItemFailures: [] });
    expect(taken).toContainEqual({ QueueUrl: asideUrl, MessageBody: JSON.stringify({ pk, sk: 'x' }) });
    expect(swept()).toEqual(['b']);
    expect(output.text()).toContain('record set aside');
    expect(output.text()).not.toContain('geofenceId');
  });
});

test('a row with orders for several workers is handed to each of them', async () => {
  vi.stubEnv('REFERENCES_UNLINK_QUEUE_URL', 'http://queue/unlink');
  const gone = { tenant: 'abcdefgh', kind: 'geofence', id: 'x' };
  const row = outboxRow(
    { worker: 'geofences/sweep-cells', message: message('x') },
    { worker: 'references/unlink', message: gone },
  );
  await run([record('x', row)]);
  expect(taken.map(({ QueueUrl, MessageBody }) => [QueueUrl, JSON.parse(MessageBody)])).toEqual([
    [sweepUrl, message('x')],
    ['http://queue/unlink', gone],
  ]);
});

describe('records side by side', () => {
  /** Makes each message take longer than the next; returns how many were sent in parallel at most. */
  const slowly = (count: number) => {
    const far = { underWay: 0, most: 0 };
    let begun = 0;
    refuse = async (message) => {
      far.underWay += 1;
      far.most = Math.max(far.most, far.underWay);
      await sleep(2 * (count - begun++));
      far.underWay -= 1;
      if (message.MessageBody.includes('"x"') && message.QueueUrl === sweepUrl) away();
    };
    return far;
  };
  const of = (resourceId: string, name: string) => record(name, { ...order(name), resourceId });

  test('do not wait for one another', async () => {
    const far = slowly(40);
    expect(await run(records(40))).toEqual({ batchItemFailures: [] });
    expect([far.most, swept().toSorted()]).toEqual([16, records(40).map(skOf)]);
  });

  test('but records of one entity are handed on and set aside in order', async () => {
    slowly(6);
    await run([of('one', 'a'), of('two', 'k'), of('one', 'x'), of('one', 'b'), of('two', 'l'), of('one', 'c')]);
    const ofOne = taken.map(({ MessageBody }) => JSON.parse(MessageBody)).map(({ geofenceId, sk }) => geofenceId ?? sk);
    expect(ofOne.filter((name) => 'axbc'.includes(name))).toEqual(['a', 'x', 'b', 'c']);
    expect(swept().filter((name) => 'kl'.includes(name))).toEqual(['k', 'l']);
  });

  test('are redelivered from the first that was not relayed; no later record of its entity was relayed', async () => {
    const all = [of('two', 'k'), of('one', 'x'), of('one', 'b'), of('two', 'l')];
    refuse = ({ MessageBody }) => MessageBody.includes('"x"') && away();
    expect(await run(all)).toEqual({ batchItemFailures: [{ itemIdentifier: 'n-x' }] });
    expect(swept()).not.toContain('b');
    refuse = () => undefined;
    expect(await readStream(all.slice(1), 1)).toEqual([]);
    expect(swept().filter((name) => name !== 'l')).toEqual(['k', 'x', 'b']);
  });
});

describe('queues that are unavailable', () => {
  test('make the batch fail as a whole, if nothing of it was relayed', async () => {
    refuse = away;
    await expect(run(records(3))).rejects.toThrow('ECONNREFUSED');
    expect(output.text()).toContain('stream stopped');
  });

  test('stop it at the first record that they refuse: earlier ones are not relayed twice', async () => {
    refuse = ({ MessageBody }) => (swept().length === 2 ? away() : MessageBody);
    expect(await run(records(5))).toEqual({ batchItemFailures: [{ itemIdentifier: 'n-e002' }] });
    expect(swept()).toEqual(['e000', 'e001']);
  });

  test('lose nothing, however long they are unavailable', async () => {
    const all = records(100);
    refuse = away;
    expect(await readStream(all, 50)).toEqual(all);
    refuse = () => undefined;
    expect(await readStream(all, 1)).toEqual([]);
    expect(swept()).toEqual(all.map(skOf));
    expect(aside()).toEqual([]);
  });

  test('are called over the network, and refuse the connection', async () => {
    answerFor('sqs', () => undefined)();
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'a');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'b');
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', 'http://127.0.0.1:1');
    await expect(run(records(1))).rejects.toThrow('ECONNREFUSED');
  });

  test('or only slowly: no record is begun that the time may not suffice for', async () => {
    const all = records(3);
    expect(await run(all, 15_000)).toEqual({ batchItemFailures: [] });
    await expect(run(all, 14_999)).rejects.toThrow('No time is left');
  });
});

describe('what was set aside', () => {
  const again = async (sk: string, receives = 1) => {
    const Records = [
      {
        messageId: 'm',
        body: JSON.stringify({ pk, sk }),
        receiptHandle: 'r',
        eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:hexfence-dev-outbox-relay-again',
        attributes: { ApproximateReceiveCount: String(receives) },
      },
    ];
    return (await relayAgain({ Records } as never, context())).batchItemFailures.length;
  };

  test('is handed on from its row, once that passes', async () => {
    record('a');
    refuse = throttled;
    expect(await again('a')).toBe(1);
    refuse = () => undefined;
    expect(await again('a', 2)).toBe(0);
    expect(swept()).toEqual(['a']);
  });

  test('is redelivered after seconds, then after minutes, and in the end goes to the dead-letter queue alone', async () => {
    record('x', outboxRow({ worker: 'no/such-worker', message: message('x') }));
    const waits: number[] = [];
    answerFor('sqs', (operation, { VisibilityTimeout }) => {
      if (operation === 'ChangeMessageVisibility') waits.push(VisibilityTimeout);
    });
    for (let receives = 1; receives <= 8; receives++) expect(await again('x', receives)).toBe(1);
    const about = (wait: number) => [5, 30, 120, 360].find((one) => Math.abs(wait - one) <= one / 5);
    expect(waits.map(about)).toEqual([5, 30, 120, 360, 360, 360, 360, 360]);
  });

  test('has no effect once its row is deleted', async () => {
    expect(await again('gone')).toBe(0);
    expect([taken, output.text()]).toEqual([[], expect.stringContaining('row set aside is gone')]);
  });

  test('and all other rows are handed on, whichever calls SQS throttles', async () => {
    const plan = fc.record({
      count: fc.integer({ min: 1, max: 30 }),
      refused: fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ count, refused }) => {
        taken = [];
        let call = 0;
        refuse = () => refused[call++] && throttled();
        const all = records(count);
        expect(await readStream(all, 100)).toEqual([]);
        const later = aside();
        // Records behind one that held up the stream may arrive twice.
        expect([...new Set([...swept(), ...later])].sort()).toEqual(all.map(skOf));
        refuse = () => undefined;
        for (const sk of later) expect(await again(sk)).toBe(0);
        expect([...new Set(swept())].sort()).toEqual(all.map(skOf));
      }),
      { numRuns: 100 },
    );
  });
});
