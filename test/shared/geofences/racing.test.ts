import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeGeofences } from '../../../shared/geofences/writer.ts';
import { readIfMatch } from '../../../shared/http/conditional.ts';
import { unrecorded } from '../../../shared/http/once.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller } from '../support/people.ts';

const me = caller();
const writer = writeGeofences.open();
const circle = { name: 'A', latitude: 50, longitude: 10, radiusMeters: 200 };
let database: DynamoDbFake;

beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

/**
 * Lets two writers read the same version before the first of them writes; the second's transaction arrives during the
 * first's, or after it.
 */
function meet(arriving: 'during' | 'after'): void {
  const both = signal();
  const done = signal();
  let [read, written] = [0, 0];
  database.after = async ({ operation }) => {
    if (operation === 'TransactWriteCommand') done.give();
    if (operation !== 'GetCommand' || read >= 2) return;
    read += 1;
    if (read === 2) both.give();
    await both.given;
  };
  database.before = async ({ operation }) => {
    if (operation !== 'TransactWriteCommand') return;
    written += 1;
    if (written === 2 && arriving === 'after') await done.given;
  };
}

function signal() {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { give, given };
}

const pairs = [
  ['words that the index carries', { name: 'B' }, { status: 'inactive' as const }],
  ['the shape', { latitude: 51 }, { longitude: 11 }],
  ['words that it does not carry', { description: 'B' }, { groupName: 'B' }],
  ['words of both kinds', { description: 'B' }, { name: 'B' }],
] as const;

describe.each(['during', 'after'] as const)('a writer whose transaction arrives %s that of another', (arriving) => {
  test.each(pairs)('keeps every change of %s', async (_, first, second) => {
    const { id } = await writer.create(me, circle, unrecorded);
    meet(arriving);
    await Promise.all([
      writer.update(me, id, first, 'patch', undefined),
      writer.update(me, id, second, 'patch', undefined),
    ]);
    const last = await writer.update(me, id, {}, 'patch', undefined);
    expect(last).toMatchObject({ ...first, ...second, version: 3 });
  });

  test.each(pairs)('gets 412 with If-Match, for %s', async (_, first, second) => {
    const { id } = await writer.create(me, circle, unrecorded);
    meet(arriving);
    const outcomes = await Promise.allSettled(
      [first, second].map((given) => writer.update(me, id, given, 'patch', readIfMatch('"v1"'))),
    );
    expect(
      outcomes.map((o) => (o.status === 'fulfilled' ? 'changed' : (o.reason.code ?? String(o.reason)))).sort(),
    ).toEqual(['PRECONDITION_FAILED', 'changed']);
  });
});
