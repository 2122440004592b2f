import { beforeAll, describe, expect, test } from 'vitest';
import { recorded } from '../platform/rows.ts';
import { addressed } from '../support/endpoints.ts';
import type { Invoked } from '../support/invoke.ts';
import type { Call } from './call.ts';
import { calls } from './calls.ts';
import { newWorld, type World } from './world.ts';

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
  .map(({ name }) => ({ name, successes: (calls[name] ?? []).filter(isSuccess) }))
  .filter(({ successes }) => successes.length > 0);

function isSuccess({ answers }: Call): boolean {
  return typeof answers === 'number' && answers < 300;
}

let world: World;
beforeAll(async () => {
  world = await newWorld();
});

describe.each(changing)('$name', ({ name, successes }) => {
  test('is in the audit log, without secrets', async () => {
    const answers: Invoked[] = [];
    const sent: unknown[] = [];
    for (const { call } of successes) {
      const asked = typeof call === 'function' ? await call(world) : call;
      sent.push(asked.body);
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
    const text = JSON.stringify(entries);
    for (const secret of secretsIn([sent, answers.map(({ body }) => body)])) expect(text).not.toContain(secret);
    expect(text).not.toContain('argon2');
  });
});

/** The values of fields that hold secrets in requests and responses. */
function secretsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'string' && /(password|secret|token|key)$/i.test(name) && inner.length > 6
      ? [inner]
      : secretsIn(inner),
  );
}
