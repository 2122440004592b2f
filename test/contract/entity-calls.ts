import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Kind, Unique } from '../../shared/entity/kind.ts';
import type { HttpMethod } from '../../shared/http/route.ts';
import { type Call, row, text } from './call.ts';
import { endpointOf, unlike } from './entities.ts';
import { make, rightBody } from './kinds.ts';
import { bodyNaming, placeOf } from './naming.ts';
import { referencesOf } from './references.ts';
import type { World } from './world.ts';

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
    ...(searched === undefined
      ? []
      : [
          found(`a part of its ${searched}, in another case`, (name) => name.slice(-10).toUpperCase(), 1),
          found('a text that it does not contain', (name) => `${name}~`, 0),
        ]),
  ];
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

function remove(_: string, kind: Kind): Call[] {
  const ask =
    (headers: Record<string, string> = {}) =>
    async (world: World) => ({ ...(await at(kind, world)), headers });
  return [
    row('one', ask(), 204),
    row('an unknown id', unknown, [404, 'NOT_FOUND'], { body: { details: { resource: kind.name } } }),
    ...(kind.immutable
      ? []
      : [
          row('another version', ask(otherVersion.headers), [412, 'PRECONDITION_FAILED']),
          row('the present version', ask({ 'If-Match': '"v1"' }), 204),
        ]),
  ];
}
