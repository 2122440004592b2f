import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Role } from '../../shared/auth/scopes.ts';
import { type EndpointName, endpoint, type NamedEndpoint } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import { newPerson, signIn } from '../support/persons.ts';
import { aPairingToken } from './phones.ts';
import { type Asked, newWorld, type World } from './world.ts';

/**
 * Documented examples, replayed in this process and against the deployed stack: names, types, nesting and status, and
 * the values that the request determines. In a fixture, `{ "is": … }` stands for a value that differs between runs. A
 * response may have further fields, unless the fixture says that its body is `whole`.
 */

interface Fixture {
  readonly title: string;
  readonly endpoint: EndpointName;
  /** A geofence that exists before the request. */
  readonly fence?: Record<string, unknown>;
  /** A device that exists before the request. */
  readonly device?: Record<string, unknown>;
  /** A user who exists before the request, signed in. */
  readonly person?: { readonly email: string; readonly role: Role; readonly password?: string; readonly name?: string };
  /** An API key that exists before the request, with the fields of an admin's request for it. */
  readonly apiKey?: Record<string, unknown>;
  /** Whether there is a pairing token of an owner before the request. */
  readonly pairing?: true;
  readonly request: {
    /** The caller is a user with this role, or the user of `person`, in place of a key. */
    readonly as?: Role | 'person';
    /** Whether the credential is sent as `Authorization: Bearer`. */
    readonly bearer?: true;
    readonly body?: unknown;
    readonly query?: string;
    readonly key?: null;
    readonly params?: Record<string, unknown>;
  };
  readonly status: number;
  /** Absent if the response has no body. */
  readonly body?: unknown;
  /** Whether the response has exactly these fields, in this order. */
  readonly whole?: true;
}

const folder = join(import.meta.dirname, 'fixtures');
const fixtures = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => ({ name, ...(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Fixture) }));

type Known = Readonly<Record<string, unknown>>;

/** The value of the fixture, with its placeholders replaced. */
function filled(value: unknown, known: Known): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, known));
  if (typeof value !== 'object' || value === null) return value;
  if ('is' in value) return known[String(value.is)];
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, known)]));
}

/** Creates what must exist before the request, under the names of the fixture. */
async function prepared(world: World, { fence, device, apiKey, person, pairing }: Fixture) {
  const apiKeyId = apiKey && (await world.call('account/create-api-key', { as: 'admin', body: apiKey })).body.id;
  const user = person && (await newPerson(world.workspace, person.role, person));
  const session = user && (await signIn(user));
  return {
    pairingToken: pairing && (await aPairingToken(world)),
    fence: fence && (await world.fence(fence)).id,
    device: device && (await world.call('devices/create', { body: device })).body.id,
    apiKey: apiKeyId,
    person: user?.id,
    accessToken: session?.access_token,
    refreshToken: session?.refresh_token,
  };
}

/** The credential of the request, in the header that the fixture names. */
async function credentialOf(
  world: World,
  { as, bearer, key }: Fixture['request'],
  accessToken: string | undefined,
): Promise<Asked> {
  if (key === null) return { key: undefined };
  const credential = as === 'person' ? accessToken : as ? await world.token(as) : world.key;
  return bearer ? { key: undefined, headers: { authorization: `Bearer ${credential}` } } : { key: credential };
}

/** @param call calls an endpoint */
export function replayExamples(call: (called: NamedEndpoint, asked: Asked) => Promise<Invoked>): void {
  test.each(fixtures)('$name: $title ($status)', async (fixture) => {
    const world = await newWorld();
    const { endpoint: name, request, status, body, whole } = fixture;
    const known = await prepared(world, fixture);
    const invocation: Asked = {
      ...(await credentialOf(world, request, known.accessToken)),
      ...(request.query === undefined ? {} : { query: request.query.replace('{fence}', String(known.fence)) }),
      ...(request.body === undefined ? {} : { body: filled(request.body, known) }),
      ...(request.params === undefined ? {} : { params: filled(request.params, known) as Record<string, string> }),
    };
    const answer = await call(endpoint(name), invocation);
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    if (body === undefined) return expect(answer.body).toBeUndefined();
    const wanted = filled(body, {
      ...known,
      tenant: world.workspace.id,
      uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      instant: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/),
      missingGeometry: expect.arrayContaining([{ type: 'missing', loc: ['body', 'geometry'], msg: 'Field required' }]),
      openapi3: expect.stringMatching(/^3\.0\.\d+$/),
      word: expect.any(String),
      words: expect.arrayContaining([expect.any(String)]),
      deviceToken: expect.stringMatching(/^[0-9a-f-]{36}\.[0-9a-f-]{36}\.[\w-]+$/),
      provisionEndpoint: expect.stringMatching(/^https?:\/\/[^/]+\/api\/v1\/devices\/provision$/),
      token: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/),
      wholeKey: expect.stringMatching(/^[a-z][a-z0-9]{1,7}_(live|test)_[0-9A-Za-z]{24}_[0-9A-Za-z]{38}$/),
      request: answer.headers['X-Request-ID'],
    });
    if (whole) {
      expect(answer.body).toEqual(wanted);
      expect(Object.keys(answer.body)).toEqual(Object.keys(wanted as object));
    } else expect(answer.body).toMatchObject(wanted as object);
  });
}
