import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { EndpointName } from '../support/endpoints.ts';
import type { Invocation } from '../support/invoke.ts';
import { newWorld, type World } from './world.ts';

/**
 * Documented examples, replayed: names, types, nesting and status, and the values that the request determines. In a
 * fixture `{ "is": … }` stands for a value that differs from run to run; fields that it does not name are additions.
 */

interface Fixture {
  readonly title: string;
  readonly endpoint: EndpointName;
  /** A geofence that is there before. */
  readonly fence?: Record<string, unknown>;
  readonly request: { readonly body?: unknown; readonly query?: string; readonly key?: null };
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const folder = join(import.meta.dirname, 'fixtures/002');
const fixtures = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Fixture);

let world: World;
beforeEach(async () => {
  world = await newWorld();
});

type Known = Readonly<Record<string, unknown>>;

/** The fixture's value with what stands for something replaced. */
function filled(value: unknown, known: Known): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, known));
  if (typeof value !== 'object' || value === null) return value;
  if ('is' in value) return known[String(value.is)];
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, known)]));
}

test.each(fixtures)('$endpoint: $title ($status)', async ({ endpoint, fence, request, status, body }) => {
  const id = fence && (await world.fence(fence)).id;
  const invocation: Invocation = {
    ...(request.key === null ? { key: undefined } : {}),
    ...(request.query === undefined ? {} : { query: request.query.replace('{fence}', id) }),
    ...(request.body === undefined ? {} : { body: filled(request.body, { fence: id }) }),
  };
  const answer = await world.call(endpoint, invocation);
  const wanted = filled(body, {
    fence: id,
    tenant: world.workspace.id,
    uuid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    instant: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/),
    request: answer.headers['X-Request-ID'],
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(status);
  expect(answer.body).toMatchObject(wanted as object);
});
