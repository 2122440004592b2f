import { expect } from 'vitest';
import { make, newParams, paramsNaming, rightBody } from '../contract/kinds.ts';
import { bodyNaming, placeOf } from '../contract/naming.ts';
import { beside, itemwise, type ReferenceAt, referencesOf, subjects, titleOf } from '../contract/references.ts';
import type { Asked, World } from '../contract/world.ts';
import { addressed, type NamedEndpoint } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';

/** The places where requests name entities, and the kinds of these, as paths and schemas tell them. */

/** A place in a request where an id names an entity of the workspace. */
export interface Place {
  readonly endpoint: NamedEndpoint;
  readonly title: string;
  readonly kind: string;
  /** The request of a workspace with an id at that place; the rest of it is correct and belongs to the workspace. */
  readonly asked: (id: string, world: World) => Promise<Asked>;
  /** Creates an entity of the right kind in a workspace. */
  readonly made: (owner: World) => Promise<string>;
  /** Proves that a response is that for an unknown id. */
  readonly expectUnknown: (answer: Invoked) => void;
}

function expectNotFound({ status, body }: Invoked): void {
  expect([status, body.error_code], JSON.stringify(body)).toEqual([404, 'NOT_FOUND']);
}

/**
 * Parameters of a path. Those before the tested one belong to the caller; those after it belong to the entity that it names.
 */
function inPath(endpoint: NamedEndpoint): Place[] {
  const params = paramsNaming(endpoint.route.path);
  return params.flatMap(({ name, names }, i) => {
    if (typeof names === 'object') return [];
    let chain: Record<string, string> = {};
    let owner: World | undefined;
    const made = async (of: World) => {
      [owner, chain] = [of, await newParams(of, params)];
      return chain[name]!;
    };
    const asked = async (id: string, world: World) => {
      const own = world === owner ? {} : await newParams(world, params.slice(0, i));
      return { params: { ...chain, ...own, [name]: id }, body: await rightBody(endpoint.route, world) };
    };
    return [{ endpoint, title: `{${name}}`, kind: names, asked, made, expectUnknown: expectNotFound }];
  });
}

function expectUnknownReference(path: ReferenceAt['path'], { status, body }: Invoked): void {
  expect([status, body.error_code], JSON.stringify(body)).toEqual([422, 'VALIDATION_ERROR']);
  expect(body.detail).toEqual([{ type: 'unknown_reference', loc: ['body', ...path], msg: expect.any(String) }]);
}

function expectUnknownItem(code: string, { status, body }: Invoked): void {
  expect([
    [200, []],
    [202, 0],
  ]).toContainEqual([status, body.accepted]);
  expect(body.errors).toMatchObject([{ index: 0, error_code: code }]);
}

/** Ids in the body and the query, wherever a schema says what they name. */
function inSchemas(endpoint: NamedEndpoint): Place[] {
  const params = paramsNaming(endpoint.route.path);
  return referencesOf(endpoint.route).map((reference) => {
    const { where, path } = reference;
    const title = titleOf(reference);
    const asked = async (id: string, world: World): Promise<Asked> => {
      const own = { params: await newParams(world, params) };
      if (where === 'query') {
        return { ...own, body: await rightBody(endpoint.route, world), query: `${path.join('.')}=${id}` };
      }
      const named = await bodyNaming(endpoint, path, id, (route) => rightBody(route, world));
      const whole = Array.isArray(named) ? named : { ...(named as object), ...beside[`${endpoint.name} ${title}`] };
      return { ...own, body: whole };
    };
    const item = itemwise[`${endpoint.name} ${title}`];
    const expectUnknown = (answer: Invoked) => {
      if (subjects.includes(`${endpoint.name} ${title}`)) expectNotFound(answer);
      else if (item) expectUnknownItem(item, answer);
      else if (where === 'body') expectUnknownReference(placeOf(endpoint, path), answer);
      else expect(answer.status).toBeLessThan(500);
    };
    const made = (owner: World) => make(reference.names, owner);
    return { endpoint, title, kind: reference.names, asked, made, expectUnknown };
  });
}

/** All places of all routes that need a credential. */
export const places: readonly Place[] = addressed
  .filter(({ route }) => route.scope !== 'public')
  .flatMap((endpoint) => [...inPath(endpoint), ...inSchemas(endpoint)]);
