import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Role } from '../../shared/auth/scopes.ts';
import { unzipped } from '../shared/archives/reading.ts';
import { readCsv } from '../shared/sheets/survey.ts';
import { type EndpointName, endpoint, type NamedEndpoint } from '../support/endpoints.ts';
import { type FormFile, multipart } from '../support/forms.ts';
import type { Invoked } from '../support/invoke.ts';
import { isDeployed } from '../support/stack.ts';
import { type Known, prepared, printedPhoto, type Scene } from './scene.ts';
import { url as targetWithoutName } from './webhook-calls.ts';
import { type Asked, newWorld, type World } from './world.ts';

/**
 * Documented examples, replayed in this process and against the deployed stack: names, types, nesting and status, and
 * the values that the request determines. In a fixture, `{ "is": … }` stands for a value that differs between runs, and
 * `{ "like": … }` for a text that a regular expression matches. A response may have further fields, unless the
 * fixture says that its body is `whole`.
 */

interface Fixture extends Scene {
  readonly title: string;
  readonly endpoint: EndpointName;
  readonly request: {
    /** The caller is a user with this role, the user of `person`, or the phone of `phone`, in place of a key. */
    readonly as?: Role | 'person' | 'phone';
    /** Whether the credential is sent as `Authorization: Bearer`. */
    readonly bearer?: true;
    readonly body?: unknown;
    /** Texts, and files as `{ "photoOf200Kibibytes": "photo.jpg" }`, that are sent as `multipart/form-data`. */
    readonly parts?: Record<string, unknown>;
    readonly query?: string;
    readonly key?: null;
    readonly params?: Record<string, unknown>;
  };
  readonly status: number;
  readonly headers?: Record<string, unknown>;
  /** Absent if the response has no body. */
  readonly body?: unknown;
  /** Whether the response has exactly these fields, in this order. */
  readonly whole?: true;
  /** The files of the ZIP archive in the response, in place of `body`; tables are lists of rows. */
  readonly files?: readonly { readonly name: unknown; readonly content: unknown }[];
}

const folder = join(import.meta.dirname, 'fixtures');
const fixtures = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort()
  .map((name) => ({ name, ...(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Fixture) }));

/** Where the documentation sends webhooks to. A deployed platform would ask the name servers for it. */
const printedTarget = 'https://your-system.com/hook';

/** The value of the fixture, with its placeholders replaced. */
function filled(value: unknown, known: Known): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, known));
  if (value === printedTarget && isDeployed()) return targetWithoutName;
  if (typeof value === 'string') return value.replaceAll(/\{(\w+)\}/g, (all, name) => String(known[name] ?? all));
  if (typeof value !== 'object' || value === null) return value;
  if ('is' in value) return known[String(value.is)];
  if ('like' in value) return expect.stringMatching(new RegExp(String(filled(value.like, known))));
  if ('photoOf200Kibibytes' in value) return printedPhoto(String(value.photoOf200Kibibytes));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, known)]));
}

/** The credential of the request, in the header that the fixture names. */
async function credentialOf(world: World, { as, bearer, key }: Fixture['request'], known: Known): Promise<Asked> {
  if (key === null) return { key: undefined };
  const own: Known = { person: known.accessToken, phone: known.deviceToken };
  const credential = as ? String(own[as] ?? (await world.token(as as Role))) : world.key;
  return bearer ? { key: undefined, headers: { authorization: `Bearer ${credential}` } } : { key: credential };
}

async function askedFor(world: World, { request }: Fixture, known: Known): Promise<Asked> {
  const { query, body, parts, params } = request;
  const credential = await credentialOf(world, request, known);
  const sent = parts ? multipart(filled(parts, known) as Record<string, string | FormFile>) : undefined;
  return {
    ...credential,
    ...(query === undefined ? {} : { query: String(filled(query, known)) }),
    ...(body === undefined ? {} : { body: filled(body, known) }),
    ...(sent ? { body: sent.body, headers: { ...credential.headers, ...sent.headers } } : {}),
    ...(params === undefined ? {} : { params: filled(params, known) as Record<string, string> }),
  };
}

/** What stands for values that differ between runs. */
const placeholders = ({ workspace }: World, answer: Invoked): Known => ({
  tenant: workspace.id,
  uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  instant: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/),
  missingGeometry: expect.arrayContaining([{ type: 'missing', loc: ['body', 'geometry'], msg: 'Field required' }]),
  openapi3: expect.stringMatching(/^3\.0\.\d+$/),
  word: expect.any(String),
  words: expect.arrayContaining([expect.any(String)]),
  token: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/),
  wholeKey: expect.stringMatching(/^[a-z][a-z0-9]{1,7}_(live|test)_[0-9A-Za-z]{24}_[0-9A-Za-z]{38}$/),
  request: answer.headers['X-Request-ID'],
});

async function contentOf(archive: Buffer): Promise<Fixture['files']> {
  return [...(await unzipped(archive))].map(([name, bytes]) => {
    const content = name.endsWith('.csv') ? readCsv(bytes.toString()) : bytes.toString('latin1');
    return { name, content: name.endsWith('.geojson') ? JSON.parse(bytes.toString()) : content };
  });
}

async function expectAnswer(answer: Invoked, fixture: Fixture, known: Known): Promise<void> {
  const { status, body, whole, headers = {}, files } = fixture;
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  expect(answer.headers).toMatchObject(filled(headers, known) as object);
  if (files) return expect(await contentOf(answer.bytes!)).toMatchObject(filled(files, known) as object);
  if (body === undefined) return expect(answer.body).toBeUndefined();
  const wanted = filled(body, known);
  if (whole) {
    expect(answer.body).toEqual(wanted);
    expect(Object.keys(answer.body)).toEqual(Object.keys(wanted as object));
  } else if (typeof answer.body === 'string') expect(answer.body).toEqual(wanted);
  else expect(answer.body).toMatchObject(wanted as object);
}

/** @param call calls an endpoint */
export function replayExamples(call: (called: NamedEndpoint, asked: Asked) => Promise<Invoked>): void {
  test.each(fixtures)('$name: $title ($status)', async (fixture) => {
    const world = await newWorld();
    const asSomeone = async (name: EndpointName, { as, ...asked }: Asked = {}) =>
      await call(endpoint(name), { key: as ? await world.token(as) : world.key, ...asked });
    const known = await prepared(world, asSomeone, filled(fixture, {}) as Fixture);
    const answer = await call(endpoint(fixture.endpoint), await askedFor(world, fixture, known));
    await expectAnswer(answer, fixture, { ...placeholders(world, answer), ...known });
  });

  test('the printed program finds a form, reads its schema and submits to it, with nothing but its key', async () => {
    const world = await newWorld();
    const { known, headers } = await aSurvey(world, call);
    const get = async (name: EndpointName, asked: Asked = {}) =>
      (await call(endpoint(name), { headers, key: undefined, ...asked })).body;
    const projects = await get('headless/list-projects');
    const forms = await get('headless/list-forms', { query: `project_id=${projects[0].id}` });
    const { schema } = await get('headless/get-schema', { params: { form_id: forms[0].id } });
    expect([forms[0].id, schema.fields.length]).toEqual([known.form, 2]);
    const body = { form_id: forms[0].id, data_json: { full_name: 'Maria Lopez', has_water: 'yes' } };
    const answer = await call(endpoint('headless/submit'), { headers, key: undefined, body });
    expect([answer.status, answer.body]).toEqual([201, { status: 'accepted', id: expect.any(String) }]);
    const { body: stored } = await world.call('submissions/get', { params: { submission_id: answer.body.id } });
    expect([stored.data, stored.source]).toEqual([body.data_json, 'headless']);
  });
}

/** The form of the documentation, and the header of a key for machines. */
async function aSurvey(world: World, call: (called: NamedEndpoint, asked: Asked) => Promise<Invoked>) {
  const { project, form } = fixtures.find(({ name }) => name === '004/headless-schema.json')!;
  const asKey = (name: EndpointName, asked: Asked = {}) => call(endpoint(name), { key: world.key, ...asked });
  const known = await prepared(world, asKey, { ...(project ? { project } : {}), ...(form ? { form } : {}) });
  const headers = { 'x-api-key': await world.anotherKey({ scopes: ['headless:read', 'headless:submit'] }) };
  return { known, headers };
}
