import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { platform } from '../platform/in-process.ts';
import { holdUntilAllHaveRead } from '../platform/racing.ts';
import { expectDocumented } from '../support/answers.ts';
import { addressed, type EndpointName, endpoint, type NamedEndpoint } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import { make, newParams, paramsNaming, rightBody, routeTo } from './kinds.ts';
import { signedIn } from './people.ts';
import { referencesOf, subjects, titleOf, withAt } from './references.ts';
import { type Asked, allowedTo, newWorld, type World } from './world.ts';

/**
 * No update is lost: every route that may answer 412 writes only on the version that it has read, even if there are
 * other writers.
 */

const conditional = addressed.filter(({ route }) => route.problems.includes('PRECONDITION_FAILED'));

/** Two changes for each route that merges fields: they concern different fields, so that both can be kept. */
const changes: Partial<Record<EndpointName, readonly [object, object]>> = {
  'account/patch-api-key': [{ name: 'One' }, { description: 'Other' }],
  'account/update': [{ name: 'One' }, { locale: 'pt-BR' }],
  'annotation-classes/patch': [{ description: 'One' }, { color: '#000000' }],
  'annotations/patch': [{ note: 'One' }, { confidence: 0.5 }],
  'components/patch': [{ name: 'one' }, { metadata: { two: 2 } }],
  'device-groups/patch': [{ description: 'One' }, { query: { kind: 'gateway' } }],
  'devices/patch': [{ name: 'One' }, { status: 'MAINTENANCE' }],
  'devices/patch-session': [{ name: 'One' }, { notes: 'Other' }],
  'forms/update': [
    { name: 'One' },
    { schema: { title: 'Other', fields: [{ id: 'note', type: 'note', label: 'Hello' }] } },
  ],
  'geofences/patch': [{ name: 'One' }, { description: 'Other' }],
  'geofences/update': [{ name: 'One' }, { description: 'Other' }],
  'notification-channels/patch': [{ name: 'One' }, { enabled: false }],
  'reference-pairs/patch': [{ name: 'One' }, { to: '2026-04-01T00:00:00Z' }],
  'sensors/patch': [{ unit: 'K' }, { max: 400 }],
  'sites/patch': [{ address: 'One' }, { timezone: 'UTC' }],
  'webhooks/patch': [{ name: 'One' }, { max_attempts: 3 }],
  'workflows/patch': [{ name: 'One' }, { trigger: { type: 'manual' } }],
  'workspaces/update': [{ name: 'One' }, { description: 'Other' }],
};

const lacking = (name: EndpointName) => `Say in test/contract/lost-updates.test.ts two changes by ${name}`;
const changesBy = (name: EndpointName) => changes[name] ?? expect.fail(lacking(name));

/** An entity for one test. */
interface Entity {
  /** The tested request. */
  ask(body: object | undefined, ifMatch?: string): Promise<Invoked>;
  read(): Promise<Invoked>;
  /** A change by the route that merges fields. */
  change(body: object): Promise<Invoked>;
  /** The changes of the other fields by `change`. */
  readonly others: readonly [object, object];
}

let world: World;
beforeAll(async () => {
  world = await newWorld();
  await world.token('owner');
});
afterEach(() => {
  platform.database.before = () => undefined;
});

/** Calls as `caller`, and checks each response against the declaration. */
async function called(of: World, name: EndpointName, asked: Asked): Promise<Invoked> {
  const { route } = endpoint(name);
  const answer = await of.call(name, { ...allowedTo(route), ...asked });
  expectDocumented(route, answer);
  return answer;
}

const header = (ifMatch: string | undefined): Pick<Asked, 'headers'> =>
  ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } };

/** Entities that have no id, because each caller has one: another caller has another entity. */
const singletons: Readonly<Record<string, () => Promise<{ of: World; key: string }>>> = {
  '/api/v1/account/me': async () => ({ of: world, key: (await signedIn(world)).access_token }),
  '/api/v1/workspaces': async () => {
    const of = await newWorld();
    return { of, key: await of.token('owner') };
  },
};

async function ownOf({ name, route }: NamedEndpoint): Promise<Entity> {
  const { of, key } = await singletons[route.path]!();
  const at = (method: string) =>
    addressed.find((one) => one.route.path === route.path && one.route.method === method)!.name;
  return {
    ask: (body, ifMatch) => called(of, name, { key, body, ...header(ifMatch) }),
    read: () => called(of, at('GET'), { key }),
    change: (body) => called(of, at('PATCH'), { key, body }),
    others: changesBy(at('PATCH')),
  };
}

/** Where a request names its entity: in its path, or in its body or query. */
function subjectOf({ name, route }: NamedEndpoint) {
  const said = referencesOf(route).find((reference) => subjects.includes(`${name} ${titleOf(reference)}`));
  const kind = said?.names ?? paramsNaming(route.path).at(-1)?.names;
  if (kind === undefined) expect.fail(`Say in test/contract/lost-updates.test.ts, in \`singletons\`, who has ${name}`);
  return { said, kind: String(kind) };
}

async function entityOf(tested: NamedEndpoint): Promise<Entity> {
  const { name, route } = tested;
  if (Object.hasOwn(singletons, route.path)) return await ownOf(tested);
  const { said, kind } = subjectOf(tested);
  const above = said ? [] : paramsNaming(route.path).slice(0, -1);
  const parents = await newParams(world, above);
  const id = await make(kind, world, Object.values(parents));
  // `PUT /forms/{form_id}` merges, as the document that forms come from has it.
  const [reader, patcher] = [routeTo('GET', kind), routeTo(kind === 'form' ? 'PUT' : 'PATCH', kind)];
  const params = said ? {} : { ...parents, [paramsNaming(route.path).at(-1)!.name]: id };
  const asked = (body: unknown): Asked => {
    if (said?.where === 'query') return { query: `${said.path.join('.')}=${id}`, body };
    return { params, body: said ? withAt(body, said.path, id) : body };
  };
  return {
    ask: (body, ifMatch) => called(world, name, { ...asked(body), ...header(ifMatch) }),
    read: () => called(world, reader.endpoint.name, { params: { ...parents, [reader.param]: id } }),
    change: (body) => called(world, patcher.endpoint.name, { params: { ...parents, [patcher.param]: id }, body }),
    others: changesBy(patcher.endpoint.name),
  };
}

const bodyOf = async ({ name, route }: NamedEndpoint): Promise<object | undefined> =>
  changes[name]?.[0] ?? ((await rightBody(route, world)) as object);

const tagOf = ({ body }: Invoked) => `"v${body.version}"`;
const refused = (answer: Invoked, version: number) =>
  expect([answer.status, answer.body?.error_code, answer.body?.details], JSON.stringify(answer.body)).toEqual([
    412,
    'PRECONDITION_FAILED',
    { current_version: version },
  ]);
const passed = (answer: Invoked) => expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);

const request = new AsyncLocalStorage<'tested'>();

/** Runs a request, and another one between its reads and its commit. */
async function interrupted<T>(tested: () => Promise<T>, meanwhile: () => Promise<unknown>): Promise<T> {
  let between: Promise<unknown> | undefined;
  platform.database.before = async ({ operation }) => {
    if (operation !== 'TransactWriteCommand' || request.getStore() !== 'tested' || between) return;
    between = request.exit(meanwhile);
    await between;
  };
  const answer = await request.run('tested', tested);
  expect(between, 'the request has a commit').toBeDefined();
  return answer;
}

const racer = new AsyncLocalStorage<number>();

/** Runs requests of which none commits before all have read. */
async function atOnce(asks: readonly (() => Promise<Invoked>)[]): Promise<Invoked[]> {
  const ready = new Set<number>();
  holdUntilAllHaveRead(asks.length, () => {
    const number = racer.getStore();
    return number !== undefined && !ready.has(number) && ready.add(number).has(number);
  });
  return await Promise.all(asks.map((ask, i) => racer.run(i, ask)));
}

test('every route that merges has two changes', () => {
  const merging = conditional.filter(({ route }) => route.method === 'PATCH').map(({ name }) => name);
  expect(merging.filter((name) => !changes[name]).map(lacking)).toEqual([]);
  expect(Object.keys(changes).filter((name) => !conditional.some((one) => one.name === name))).toEqual([]);
});

describe.each(conditional)('$name', (tested) => {
  const { name, route } = tested;

  test('another version is refused, and changes nothing', async () => {
    const entity = await entityOf(tested);
    const before = await entity.read();
    refused(await entity.ask(await bodyOf(tested), '"v999"'), before.body.version);
    expect((await entity.read()).body).toEqual(before.body);
  });

  test('of two at once under one version the second is refused', async () => {
    const [entity, body] = [await entityOf(tested), await bodyOf(tested)];
    const tag = tagOf(await entity.read());
    const answers = await atOnce([1, 2].map(() => () => entity.ask(body, tag)));
    const [first, second] = answers.map(({ status }) => status).sort();
    expect(first).toBeLessThan(300);
    // A deleted entity has no version any more, and a deleted user has no credential.
    expect(route.method === 'DELETE' ? [401, 404, 412] : [412]).toContain(second);
  });

  test('a change between its read and its commit is refused, and the other kept', async () => {
    const [entity, body] = [await entityOf(tested), await bodyOf(tested)];
    const before = await entity.read();
    const [, other] = entity.others;
    const answer = await interrupted(
      () => entity.ask(body, tagOf(before)),
      () => entity.change(other).then(passed),
    );
    refused(answer, before.body.version + 1);
    expect((await entity.read()).body).toMatchObject({ ...other, version: before.body.version + 1 });
  });

  test('without a version it has its effect, even if there are other writers', async () => {
    const [entity, body] = [await entityOf(tested), await bodyOf(tested)];
    const before = await entity.read();
    const [, other] = entity.others;
    const answer = await interrupted(
      () => entity.ask(body),
      () => entity.change(other).then(passed),
    );
    passed(answer);
    if (route.method === 'DELETE') return;
    const version = before.body.version + 2;
    expect((await entity.read()).body).toMatchObject(changes[name] ? { ...body, ...other, version } : { version });
  });
});
