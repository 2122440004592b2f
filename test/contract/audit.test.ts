import { beforeAll, describe, expect, test } from 'vitest';
import { type Recorded, recorded } from '../platform/rows.ts';
import { addressed } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import type { Call } from './call.ts';
import { calls } from './calls.ts';
import { type Asked, newWorld, type World } from './world.ts';

/** Every change by a route is in the audit log, under the id of its request, and no secret is. */

/** Routes with POST that change nothing. */
const reading = [
  'geofences/check',
  'geofences/check-batch',
  'geofences/explain',
  'geofences/preview',
  'geofences/simulate',
  'geofences/sync-plan-create',
  'readings/batch',
  'webhooks/test',
];
/** Points, readings, submissions and their files are history of their own. */
const ingesting = [
  'devices/report-locations',
  'devices/report-location-batch',
  'headless/submit',
  'media/begin-upload',
  'media/complete-upload',
  'media/upload',
  'readings/report',
  'submissions/create',
  'submissions/create-bulk',
];
/** The effect of these routes is recorded when a worker has done it. */
const askingForMail = ['auth/password-reset', 'auth/resend-verification'];

const changing = addressed
  .filter(({ name, route }) => route.method !== 'GET' && ![...reading, ...ingesting, ...askingForMail].includes(name))
  .map(({ name, route: { method } }) => ({ name, method, successes: (calls[name] ?? []).filter(isSuccess) }))
  .filter(({ successes }) => successes.length > 0);

function isSuccess({ answers }: Call): boolean {
  return typeof answers === 'number' && answers < 300;
}

/** The first entry of these is about what the caller does not name: a version, a token, one of many, a user by a mail. */
const unnamed = [
  'auth/accept-invitation',
  'auth/confirm-password-reset',
  'auth/login',
  'auth/refresh',
  'auth/verify-email',
  'device-profiles/create',
  'device-profiles/delete',
  'devices/create-token',
  'devices/delete-token',
  'devices/revoke-certificates',
  'geofences/bulk-create',
  'sensor-profiles/create',
  'sensor-profiles/delete',
];

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

describe.each(changing)('$name', ({ name, method, successes }) => {
  test('is in the audit log, without secrets', async () => {
    const answers: Invoked[] = [];
    const sent: Asked[] = [];
    for (const { call } of successes) {
      const asked = typeof call === 'function' ? await call(world) : call;
      sent.push(asked);
      answers.push(await world.call(name, asked));
    }
    const entries = recorded();
    const of = ({ headers }: Invoked) => entries.filter(({ requestId }) => requestId === headers['X-Request-ID']);
    expect(
      answers.some((answer) => answer.status < 300 && of(answer).length > 0),
      `no request of ${name} is recorded; a route that changes nothing belongs to \`reading\` in test/contract/audit.test.ts`,
    ).toBe(true);
    for (const entry of answers.flatMap(of)) {
      expect(entry).toMatchObject({ action: expect.stringMatching(/^[a-z_]+\.[a-z_]+$/), ttl: expect.any(Number) });
    }
    for (const [i, answer] of answers.entries()) {
      const { params, body, query = '' } = sent[i]!;
      const named = textsIn([params, body, [...new URLSearchParams(query).values()], answer.body]);
      const [first, ...more] = of(answer);
      if (first && !unnamed.includes(name)) {
        const own = [String(first.actor).replace(/^[a-z]+_/, ''), world.workspace.id];
        const about = [first, ...more].map(({ resourceId }) => resourceId);
        expect([...named, ...own], 'what the entry is about').toEqual(expect.arrayContaining(about.slice(0, 1)));
      }
      if (method !== 'POST' && method !== 'DELETE' && first) expectChanges(first, answer);
      const what = of(answer).map(({ action, resourceId }) => `${action} ${resourceId}`);
      expect(what.toSorted(), 'one entry for each effect').toEqual([...new Set(what)].sort());
    }
    const text = JSON.stringify(answers.flatMap(of));
    for (const secret of secretsIn([sent.map(({ body }) => body), answers.map(({ body }) => body)]))
      expect(text).not.toContain(secret);
    expect(text).not.toContain('argon2');
  });
});

/** The entry has each change, from a value to another, which is the one that the response shows. */
function expectChanges({ changes }: Recorded, { body }: Invoked): void {
  const all = Object.entries(JSON.parse(String(changes)) as Record<string, [before: unknown, after: unknown]>);
  expect(all.length, 'changes').toBeGreaterThan(0);
  for (const [field, [before, after]] of all) {
    if (!isHidden(after)) expect(after, field).not.toEqual(before);
    if (body && field in body && typeof after !== 'object' && !isHidden(after))
      expect(after, field).toEqual(body[field]);
  }
}

const isHidden = (value: unknown): boolean => /^[[(].*[\])]$/.test(String(value));

/** All texts in a value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value, value.toLowerCase()];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** The values of fields that hold secrets in requests and responses. */
function secretsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' && /(password|secret|token|key)$/i.test(name) && inner.length > 6
      ? [inner]
      : secretsIn(inner),
  );
}
