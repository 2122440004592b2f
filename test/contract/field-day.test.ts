import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FieldDay } from '../../bin/examples/field-day.ts';
import { routesAt } from '../../shared/http/known-routes.ts';
import { answerTargetsWith } from '../../shared/outbound/connector.ts';
import { installOwner } from '../../shared/users/founding.ts';
import { answerTargets } from '../platform/in-process.ts';
import { relayEvents } from '../platform/stream.ts';
import { addressed } from '../support/endpoints.ts';
import { invoke } from '../support/invoke.ts';
import { newWorkspace } from '../support/stack.ts';

/** The example of a day in the field, `npm run example:field`, on the platform in memory. */

const password = 'Correct-horse-7';
let number = 0;
let email = '';
const routes = addressed.map(({ route }) => route);
const asked: string[] = [];

const typeOf = (sent: Response | undefined): string => sent?.headers.get('content-type') ?? '';

/** Answers requests in this process; their events are relayed before the next request. */
const request: typeof fetch = async (input, { method = 'GET', headers = {}, body } = {}) => {
  const { pathname, search } = new URL(String(input));
  const route = routesAt(routes, pathname).find((one) => one.method === method)!;
  const called = addressed.find((one) => one.route === route)!;
  asked.push(called.name);
  const given = pathname.split('/');
  const parts = route.path.split('/');
  const params = Object.fromEntries(
    parts.flatMap((part, i) => (part.startsWith('{') ? [[part.slice(1, -1), given[i]!]] : [])),
  );
  const sent = body === undefined ? undefined : new Response(body);
  const lower = Object.entries(headers as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value]);
  const answer = await invoke(called, {
    params,
    query: search.slice(1),
    headers: { ...Object.fromEntries(lower), ...(body instanceof FormData ? { 'content-type': typeOf(sent) } : {}) },
    ...(sent ? { body: Buffer.from(await sent.arrayBuffer()) } : {}),
  });
  await relayEvents();
  const text = answer.body === undefined ? null : JSON.stringify(answer.body);
  return new Response(answer.bytes ? new Uint8Array(answer.bytes) : text, answer);
};

const printed: string[] = [];
const day = () =>
  new FieldDay({ url: 'http://localhost', email, password, print: (line) => void printed.push(line), request });

beforeEach(async () => {
  vi.stubEnv('OPEN_TARGETS', 'true');
  [printed.length, asked.length] = [0, 0];
  answerTargetsWith(async (_target, _addresses, { url, method, headers, body }) => {
    const answer = await fetch(url, { method, headers: headers as Record<string, string>, body: String(body) });
    return { status: answer.status, body: await answer.text(), retryAfter: undefined };
  });
  number += 1;
  email = `field-day-${number}@example.com`;
  await installOwner(await newWorkspace(), { email, password, name: 'Owner', emailVerified: true });
});
afterEach(() => {
  answerTargets();
  vi.unstubAllEnvs();
});

test('a form, a phone, thirty submissions sent twice, a webhook, and the end of the phone', async () => {
  await day().spend();
  const [published, code, paired, ...rest] = printed;
  expect(published).toBe('Published "Household Survey", version 1.');
  expect(code).toMatch(/[█▀▄]{20}/);
  expect(paired).toBe(`Paired "A pretend phone" with ${email}. The code above is used up.`);
  expect(rest).toEqual([
    'The phone downloaded "Household Survey"; a second request is answered 304.',
    'Sent 3 photos, ahead of their submissions.',
    'Sent 30 for the first time: 30 accepted, 0 ignored, 0 errors.',
    'Sent 30 for the second time: 0 accepted, 30 ignored, 0 errors.',
    'The webhook received all 30, each call signed and verified.',
    expect.stringMatching(/^The office sees 30 of this phone; the last one is of Household 30, collected 20/),
    'The package has Household_Survey.csv, Household_Survey.geojson, Household_Survey.gpx and 3 photos.',
    'The phone was revoked; its next request answers 401 TOKEN_REVOKED.',
  ]);
  expect(asked).toContain('forms/create-webhook');
});

test('a refusal ends it with what the platform said', async () => {
  await expect(
    new FieldDay({ url: 'http://localhost', email, password: 'wrong', print: () => undefined, request }).spend(),
  ).rejects.toThrow('POST /auth/login answered 401');
});
