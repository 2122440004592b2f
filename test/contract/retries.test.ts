import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { platform } from '../platform/in-process.ts';
import { entitiesOf, type Rows, recorded } from '../platform/rows.ts';
import { expectDocumented } from '../support/answers.ts';
import { fault } from '../support/dynamodb-fake.ts';
import { addressed, type NamedEndpoint } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import type { Call } from './call.ts';
import { calls } from './calls.ts';
import { type Asked, allowedTo, newWorld, type World } from './world.ts';

/**
 * Every route that honours `Idempotency-Key` has its effect once, however often the request is sent and whichever step
 * fails.
 */

/** Routes that need a payment provider never succeed without one, and so have no effect. */
const neverDone = addressed.filter(({ route }) => route.problems.includes('BILLING_PROVIDER_NOT_CONFIGURED'));
const honouring = addressed.filter((endpoint) => endpoint.route.idempotent && !neverDone.includes(endpoint));

/** A call of a route for each status with which it succeeds. */
function successes({ name }: NamedEndpoint): Call[] {
  const all = (calls[name] ?? []).filter(({ answers }) => typeof answers === 'number' && answers < 300);
  return [...new Map(all.toReversed().map((call) => [call.answers, call])).values()].reverse();
}
const lacking = ({ name }: NamedEndpoint) => `Say in test/contract/calls.ts how ${name} succeeds`;

/** After a minute, a route treats an unfinished request as crashed and takes over. */
const longAfter = 61_000;

let world: World;
beforeAll(async () => {
  world = await newWorld();
});
afterEach(() => {
  platform.database.before = () => undefined;
  platform.database.after = () => undefined;
  vi.useRealTimers();
});

test('every route that honours it has a row that succeeds', () => {
  expect(honouring.filter((endpoint) => successes(endpoint).length === 0).map(lacking)).toEqual([]);
});

/** A request that will succeed, with a new idempotency key. */
async function requestOf(endpoint: NamedEndpoint, { call }: Call): Promise<Asked> {
  const asked = typeof call === 'function' ? await call(world) : call;
  const headers = { ...asked.headers, 'idempotency-key': randomUUID() };
  const made = { ...allowedTo(endpoint.route), ...asked, headers };
  if (made.as) await world.token(made.as);
  return made;
}

/** Ids, hashes, instants, shards, and the ends of names, which differ from one request to the next. */
const chance =
  /(?:#\d+)?#outbox|[0-9a-f]{64}|\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<= )[\w-]{43}$|-[0-9a-f]{8}$|(?<=#due)#[\w-]{2}(?= )|(?<= )\d{9}#\d{15}#\d{3}#[\w-]{8}$|(?<=#)[\w-]{43}(?= )|#\d+ \d{15}(?=#)/g;

/** The forms of the rows that were added. The place of a geofence is random, and so is the number of its cells. */
const cameBetween = (before: Rows, after: Rows): string[] =>
  Object.keys(after)
    .filter((key) => !(key in before || key.startsWith('cells ')))
    .map((key) => key.replaceAll(chance, (found) => (found.startsWith('#') ? '' : '…')))
    .sort();

async function effectOf(act: () => Promise<unknown>): Promise<string[]> {
  const before = await entitiesOf(world.workspace);
  await act();
  return cameBetween(before, await entitiesOf(world.workspace));
}

/** A registration token is known by its first part. */
const tokenIdOf = ({ token }: { readonly token: string }) => token.split('.')[0];

const cases = honouring.flatMap((endpoint) =>
  successes(endpoint).map((call) => ({ title: `${endpoint.name} with ${call.answers}`, endpoint, call })),
);

describe.each(cases)('$title', ({ endpoint, call }) => {
  const { name, route } = endpoint;
  const request = () => requestOf(endpoint, call);
  const send = async (asked: Asked): Promise<Invoked> => {
    const answer = await world.call(name, asked);
    expectDocumented(route, answer);
    return answer;
  };

  /** A retry of a finished request gets the same response or, if that showed a secret, the id of what was created. */
  function expectReplay(retry: Invoked, first: Invoked): void {
    expect(retry.headers['Idempotency-Replayed']).toBe('true');
    if (route.idempotent !== 'secret') {
      const { ETag, Location } = first.headers;
      expect(retry).toMatchObject({
        status: first.status,
        headers: { ...(ETag && { ETag }), ...(Location && { Location }) },
      });
      return expect(retry.body).toEqual(first.body);
    }
    expect(retry).toMatchObject({
      status: 409,
      body: { error_code: 'SECRET_SHOWN_ONCE', details: { id: first.body.id ?? tokenIdOf(first.body) } },
    });
  }

  test('a retry is answered as the first request was, and changes nothing', async () => {
    const asked = await request();
    const first = await send(asked);
    expect(first.status, JSON.stringify(first.body)).toBeLessThan(300);
    const before = await entitiesOf(world.workspace);
    for (const _ of [1, 2]) {
      const retry = await send(asked);
      expectReplay(retry, first);
      expect(recorded().filter(({ requestId }) => requestId === retry.headers['X-Request-ID'])).toEqual([]);
    }
    expect(await entitiesOf(world.workspace)).toEqual(before);
    const other = await send({ ...asked, body: { ...(asked.body as object), zebra: 1 } });
    expect(['VALIDATION_ERROR', 'IDEMPOTENCY_KEY_REUSED']).toContain(other.body.error_code);
  });

  /** Retries until the lease of a crashed request has ended. */
  async function retried(asked: Asked): Promise<Invoked> {
    const retry = await send(asked);
    if (retry.body?.error_code !== 'IDEMPOTENCY_IN_PROGRESS') return retry;
    vi.useFakeTimers({ now: Date.now() + longAfter, toFake: ['Date'] });
    return await send(asked);
  }

  test('an answer that cannot be remembered makes no second effect', async () => {
    const clean = await request();
    const once = await effectOf(() => send(clean));
    const asked = await request();
    const effect = await effectOf(async () => {
      platform.database.before = ({ operation, input }) => {
        if (operation === 'UpdateCommand' && input.UpdateExpression === 'SET answer = :answer')
          throw fault('InternalServerError');
      };
      await world.call(name, asked);
      platform.database.before = () => undefined;
      await platform.queues.idle();
      const { status, body } = await retried(asked);
      expect(status < 300 || body.error_code === 'SECRET_SHOWN_ONCE', JSON.stringify(body)).toBe(true);
    });
    expect(effect).toEqual(once);
  });

  test('an answer of the database that is lost makes no second effect, whichever it is', async () => {
    const clean = await request();
    const once = await effectOf(() => send(clean));
    for (let lost = 1; ; lost++) {
      const asked = await request();
      let commits = 0;
      const effect = await effectOf(async () => {
        platform.database.after = ({ operation }) => {
          if (operation === 'TransactWriteCommand' && ++commits === lost) throw fault('TimeoutError');
        };
        await world.call(name, asked);
        await platform.queues.idle();
        platform.database.after = () => undefined;
        const { status, body } = await retried(asked);
        expect(status < 300 || body.error_code === 'SECRET_SHOWN_ONCE', JSON.stringify(body)).toBe(true);
        vi.useRealTimers();
      });
      expect(effect, `the answer of commit ${lost} was lost`).toEqual(once);
      if (commits < lost) return;
    }
  });
});
