import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Kind, Unique } from '../../shared/entity/kind.ts';
import { casesOf } from '../../shared/entity/target.ts';
import type { HttpMethod } from '../../shared/http/route.ts';
import { plans } from '../../shared/tenancy/plans.ts';
import { fieldsOf as fieldsIn } from '../support/schema-fields.ts';
import { type Call, row, text } from './call.ts';
import { endpointOf, plainKinds, unlike } from './entities.ts';
import { make, rightBody } from './kinds.ts';
import { fill } from './limit-calls.ts';
import { bodyNaming, placeOf } from './naming.ts';
import { referencesOf } from './references.ts';
import { newWorld, type World } from './world.ts';

/** Calls of every plain resource, derived from its kind; calls that only one resource has are passed in. */

type Verb = 'create' | 'get' | 'list' | 'patch' | 'delete';
type Body = Readonly<Record<string, unknown>>;

const unknown = { params: { id: randomUUID() } };
const ofServer = {
  camelCase: { id: 'mine', version: 7, tenantId: 'mine' },
  snake_case: { id: 'mine', version: 7, created_at: 'mine' },
};
const otherVersion = { headers: { 'If-Match': '"v9"' } };
const refused = (type: string, ...loc: readonly (string | number)[]) => ({
  body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
});

/**
 * Rows of the five endpoints of a plain resource, and further rows of each.
 *
 * @param uncleared fields with a default to which `null` does not always reset them; the resource has rows of its own
 */
export function entityCalls(
  folder: string,
  kind: Kind,
  more: Partial<Record<Verb, readonly Call[]>> = {},
  uncleared: readonly string[] = [],
): Record<string, readonly Call[]> {
  const rows = { create, get, list, patch, delete: remove };
  const verbs = (Object.keys(rows) as Verb[]).filter((verb) => endpointOf(folder, verb));
  return Object.fromEntries(
    verbs.map((verb) => [`${folder}/${verb}`, [...rows[verb](folder, kind, uncleared), ...(more[verb] ?? [])]]),
  );
}

const fresh = async (folder: string, world: World): Promise<Body> =>
  (await rightBody(endpointOf(folder, 'create')!.route, world)) as Body;

const at = async ({ name }: Kind, world: World) => ({ params: { id: await make(name, world) } });

/** A new one in the same parent as another, whose fixed fields are in the body. */
async function beside(folder: string, kind: Kind, world: World, body: Body) {
  const fixed = Object.entries(body).filter(([name]) => kind.fields[name]?.setBy === 'once');
  if (fixed.length === 0) return await at(kind, world);
  const given = { ...(await fresh(folder, world)), ...Object.fromEntries(fixed) };
  const made = await world.call(endpointOf(folder, 'create')!.name, { body: given });
  return { params: { id: String(made.body.id) } };
}

/** Fields that a body of this method may set, grouped by the meaning of `null`. */
function fieldsOf({ fields }: Kind, method: HttpMethod) {
  const open = Object.entries(fields).filter(
    ([, { setBy }]) => setBy === 'anytime' || (method === 'POST' && setBy === 'once'),
  );
  return {
    required: open.filter(([, { presence }]) => presence === 'required').map(([name]) => name),
    empty: Object.fromEntries(
      open.filter(([, { presence }]) => presence !== 'required').map(([name, { empty }]) => [name, empty]),
    ),
  };
}

const nulls = (empty: Body): Body => Object.fromEntries(Object.keys(empty).map((name) => [name, null]));
const shownOf = ({ fields }: Kind, values: Body): Body =>
  Object.fromEntries(Object.entries(values).filter(([name]) => fields[name]?.shown));

/** Calls with values that another entity has, and with references to nothing. */
function claims(
  folder: string,
  kind: Kind,
  verb: 'create' | 'patch',
  ask: (world: World, body: Body) => Promise<object>,
) {
  const endpoint = endpointOf(folder, verb)!;
  const unique = Object.entries(kind.unique ?? {}) as [string, Unique][];
  const settable = (name: string) => verb === 'create' || kind.fields[name]?.setBy === 'anytime';
  return [
    ...unique
      .filter(([name]) => settable(name))
      .map(([name, { within = [], taken = 'CONFLICT' as const }]) =>
        row(
          `a ${name} that another has`,
          async (world) => {
            const other = await fresh(folder, world);
            await world.call(endpointOf(folder, 'create')!.name, { body: other });
            return await ask(world, Object.fromEntries([name, ...within].map((one) => [one, other[one]])));
          },
          [409, taken],
          taken === 'CONFLICT' ? { body: { details: { field: name } } } : {},
        ),
      ),
    ...referencesOf(endpoint.route)
      .filter(({ where }) => where === 'body')
      .map(({ path }) =>
        row(
          `a ${path.join('.')} that names nothing`,
          async (world) => {
            const field = String(path[0]);
            const named = (await bodyNaming(endpoint, path, randomUUID(), (route) => rightBody(route, world))) as Body;
            return await ask(world, { [field]: named[field] });
          },
          [422, 'VALIDATION_ERROR'],
          refused('unknown_reference', ...placeOf(endpoint, path)),
        ),
      ),
  ];
}

function create(folder: string, kind: Kind): Call[] {
  const { route } = endpointOf(folder, 'create')!;
  const { required, empty } = fieldsOf(kind, 'POST');
  const counted = kind.immutable ? {} : { version: 1 };
  const tagged = kind.immutable || route.entityTag === false ? {} : { headers: { ETag: '"v1"' } };
  const asked = (change: (body: Body) => Body) => async (world: World) => ({
    body: change(await fresh(folder, world)),
  });
  return [
    row(
      'its example',
      asked((body) => body),
      201,
      { body: { id: text, ...counted }, ...tagged },
    ),
    row(
      'the required fields, and null for the rest',
      asked((body) => ({ ...body, ...nulls(empty) })),
      201,
      {
        body: shownOf(kind, empty),
      },
    ),
    ...required.map((name) =>
      row(
        `no ${name}`,
        asked(({ [name]: _, ...rest }) => rest),
        [422, 'VALIDATION_ERROR'],
        refused('missing', name),
      ),
    ),
    row(
      'fields that only the server sets',
      asked((body) => ({ ...body, ...ofServer[kind.letters] })),
      201,
      {
        body: { id: expect.not.stringMatching('mine'), ...counted },
      },
    ),
    ...claims(folder, kind, 'create', async (world, body) => ({ body: { ...(await fresh(folder, world)), ...body } })),
    ...overQuota(folder, kind),
  ];
}

/** One more than the quota of a kind allows. */
function overQuota(folder: string, { quota }: Kind): Call[] {
  if (!quota) return [];
  const { resource } = quota;
  const limit = 'most' in quota ? quota.most : plans.free.limits[quota.resource];
  return [
    row(
      `one more than ${limit} ${resource}`,
      async () => {
        const world = await newWorld('free');
        const body = await fresh(folder, world);
        const within = 'within' in quota && quota.within ? `#${body[quota.within]}` : '';
        await fill(world, `${resource}${within}`, limit);
        return { key: world.key, body };
      },
      [403, 'QUOTA_EXCEEDED'],
      { body: { details: { resource, limit, used: limit } } },
    ),
  ];
}

function get(folder: string, kind: Kind): Call[] {
  const tagged = kind.immutable || endpointOf(folder, 'get')!.route.entityTag === false;
  return [
    row('one', (world) => at(kind, world), 200, tagged ? {} : { headers: { ETag: '"v1"' } }),
    row('an unknown id', unknown, [404, 'NOT_FOUND'], { body: { details: { resource: kind.name } } }),
    row('a text that is not an id', { params: { id: 'é'.repeat(300) } }, [404, 'NOT_FOUND']),
  ];
}

function list(folder: string, kind: Kind): Call[] {
  const searched = kind.filters.search?.path;
  const made = async (world: World) => {
    const given = await fresh(folder, world);
    const body = { ...given, [searched!]: unlike(given[searched!]) };
    await world.call(endpointOf(folder, 'create')!.name, { body });
    return String(body[searched!]);
  };
  const found = (title: string, query: (name: string) => string, total: number) =>
    row(title, async (world) => ({ query: `search=${encodeURIComponent(query(await made(world)))}` }), 200, {
      headers: { 'X-Total-Count': String(total) },
    });
  return [
    row('all', (world) => at(kind, world).then(() => ({})), 200),
    ...Object.keys(kind.filters).flatMap((name) => filtered(folder, kind, name)),
    ...(searched === undefined
      ? []
      : [
          found(`a part of its ${searched}, in another case`, (name) => name.slice(-10).toUpperCase(), 1),
          found('a text that it does not contain', (name) => `${name}~`, 0),
        ]),
  ];
}

/**
 * Two entities that differ in a field, of which its filter finds one. A field on whose value others depend, such as a
 * type, needs a row of its own; `every-route.test.ts` asks for it.
 */
function filtered(folder: string, kind: Kind, name: string): Call[] {
  const parameter = fieldsIn(endpointOf(folder, 'list')!.route.query!).get(name);
  const values = parameter && kind.fields[name]?.setBy !== 'server' && twoValues(kind, name);
  if (!values) return [];
  return [
    row(
      `those with one ${name}`,
      async () => {
        const world = await newWorld();
        const [one, other] = await values(world);
        for (const value of [other, one]) {
          const body = { ...(await fresh(folder, world)), [name]: value };
          const { status, body: answer } = await world.call(endpointOf(folder, 'create')!.name, { body });
          if (status !== 201) throw new Error(`No ${folder} with the ${name} ${value}: ${JSON.stringify(answer)}`);
        }
        return { key: world.key, query: `${name}=${encodeURIComponent(String(one))}` };
      },
      200,
      { headers: { 'X-Total-Count': '1' } },
    ),
  ];
}

function twoValues(
  { fields, references = {} }: Kind,
  name: string,
): ((world: World) => Promise<unknown[]>) | undefined {
  const given = fields[name]?.given;
  const reference = references[name];
  if (!given || (reference && 'cases' in reference)) return undefined;
  if (reference) return async (world) => [await make(reference.to.kind, world), await make(reference.to.kind, world)];
  const pairs = [
    [true, false],
    [unlike('one'), unlike('other')],
  ];
  const pair = pairs.find((values) => values.every((value) => given.safeParse(value).success));
  return pair && (async () => pair);
}

function patch(folder: string, kind: Kind, uncleared: readonly string[]): Call[] {
  const { required, empty: clearable } = fieldsOf(kind, 'PATCH');
  const empty = Object.fromEntries(Object.entries(clearable).filter(([name]) => !uncleared.includes(name)));
  const ask =
    (body: Body, headers = {}) =>
    async (world: World) => ({ ...(await at(kind, world)), body, headers });
  return [
    row('nothing', ask({}), 200, { body: { version: 1 } }),
    row(
      'what was read',
      async (world) => {
        const { params } = await at(kind, world);
        return { params, body: (await world.call(endpointOf(folder, 'get')!.name, { params })).body };
      },
      200,
      { body: { version: 1 } },
    ),
    row('null for all fields that may be empty', ask(nulls(empty)), 200, { body: shownOf(kind, empty) }),
    ...required.map((name) => row(`null for its ${name}`, ask({ [name]: null }), [422, 'VALIDATION_ERROR'])),
    row('an unknown id', { ...unknown, body: nulls(empty) }, [404, 'NOT_FOUND']),
    row('another version', ask(nulls(empty), otherVersion.headers), [412, 'PRECONDITION_FAILED'], {
      body: { details: { current_version: 1 } },
    }),
    ...claims(folder, kind, 'patch', async (world, body) => ({ ...(await beside(folder, kind, world, body)), body })),
  ];
}

/** Others that refer to one, which prevents its deletion. */
function holders(kind: Kind): Call[] {
  return Object.entries(plainKinds).flatMap(([folder, { name, fields, references = {} }]) => {
    const paths = Object.entries(references).filter(([, reference]) =>
      casesOf(reference).some(({ to, onDelete }) => to.kind === kind.name && onDelete === 'restrict'),
    );
    return paths
      .filter(([path]) => path in fields && fields[path]?.setBy !== 'server' && endpointOf(folder, 'create'))
      .map(([path]) =>
        row(
          `one that is the ${path} of a ${name}`,
          async (world) => {
            const found = await at(kind, world);
            const body = { ...(await fresh(folder, world)), [path]: found.params.id };
            await world.call(endpointOf(folder, 'create')!.name, { body });
            return found;
          },
          [409, 'IN_USE'],
          { body: { details: { references: [{ kind: name, id: text }] } } },
        ),
      );
  });
}

function remove(_: string, kind: Kind): Call[] {
  const ask =
    (headers: Record<string, string> = {}) =>
    async (world: World) => ({ ...(await at(kind, world)), headers });
  return [
    row('one', ask(), 204),
    row('an unknown id', unknown, [404, 'NOT_FOUND'], { body: { details: { resource: kind.name } } }),
    ...holders(kind),
    ...(kind.immutable
      ? []
      : [
          row('another version', ask(otherVersion.headers), [412, 'PRECONDITION_FAILED']),
          row('the present version', ask({ 'If-Match': '"v1"' }), 204),
        ]),
  ];
}
