import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as routes from '../../functions/routes.ts';
import { listOf } from '../../shared/http/list.ts';
import { problemsOf } from '../../shared/http/problems.ts';
import type { Route } from '../../shared/http/route.ts';
import { catalogue, type ProblemCode } from '../../shared/problems/catalogue.ts';

/**
 * Which problems an endpoint can raise, read from the code that its bundle really holds: esbuild follows the imports of
 * the endpoint's file and drops the functions that nothing calls.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Raised in a class that several endpoints share, by methods that this one does not call. */
const notCalled: Readonly<Record<string, readonly ProblemCode[]>> = {
  'account/delete': ['SELF_DELETE'], // whom it deletes is oneself
  'auth/accept-invitation': ['EMAIL_TAKEN'], // the token is void then
  // what the routes that look up by id, or know the old password, raise
  'auth/change-password': ['NOT_FOUND'],
  'auth/refresh': ['FORBIDDEN'],
  // a workspace that is just made has no other user; a taken slug is tried with an ending
  'auth/sign-up': ['CONFLICT', 'EMAIL_TAKEN'],
  'users/delete': ['PRECONDITION_FAILED'], // users have no version but for themselves
  'workspaces/remove-member': ['PRECONDITION_FAILED'],
  'geofences/create': ['NOT_FOUND', 'PRECONDITION_FAILED'], // update and delete look up by id
  // create and update read shapes and actions, claim ids and places
  'geofences/delete': ['VALIDATION_ERROR', 'QUOTA_EXCEEDED', 'EXTERNAL_ID_EXISTS'],
  'geofences/remove': ['QUOTA_EXCEEDED', 'EXTERNAL_ID_EXISTS'],
  'geofences/bulk-get': ['DUPLICATE_GEOFENCE'], // says in its body that the batch met it
  'geofences/list': ['NOT_FOUND'], // get looks up by id
  'geofences/sync-plan-create': ['NOT_FOUND'], // it reads on in the plan that it has
  // a payment provider is one object; these ask it only what every provider answers
  'billing/get': ['BILLING_PROVIDER_NOT_CONFIGURED'],
  'billing/get-invoice': ['BILLING_PROVIDER_NOT_CONFIGURED'],
  'billing/list-invoices': ['BILLING_PROVIDER_NOT_CONFIGURED'],
  'subscriptions/current': ['BILLING_PROVIDER_NOT_CONFIGURED'],
  'ogc/landing': ['ROUTE_NOT_FOUND'], // asks whether the documentation is shown, and links to it or not
};

/** Modules that serve every route; what they raise is implied by the declaration, see the second test. */
const kernel =
  /^shared\/(http\/(?!conditional|fallback)|auth\/(claim|credentials?|tokens)\.ts|limits\/(limiter|endpoint-limit)\.ts|tenancy\/feature\.ts)/;
/** Refuses what is no call of the route: past the front door, or by a word of another path. */
const beforeTheRoute = /^shared\/http\/(front-door|known-routes)\.ts/;
/** Modules that only name codes. */
const naming = /^shared\/(problems\/|http\/problems\.ts)/;

interface Raised {
  readonly code: ProblemCode;
  readonly module: string;
}

async function raisedIn(entry: string): Promise<Raised[]> {
  const { outputFiles } = await build({
    entryPoints: [`functions/${entry}.ts`],
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    treeShaking: true,
    write: false,
    logLevel: 'silent',
  });
  const raised: Raised[] = [];
  let module = '';
  for (const line of outputFiles[0]?.text.split('\n') ?? []) {
    const comment = /^\/\/ ((?:functions|shared|lib)\/\S+\.ts)$/.exec(line);
    if (comment) module = comment[1] ?? '';
    // Everything else that spells a code may raise it; the route's own declaration is one line of the entry file.
    if (naming.test(module) || /^ *problems: \[/.test(line)) continue;
    if (line.includes('invalidFields(')) raised.push({ code: 'VALIDATION_ERROR', module });
    if (line.includes('notFound(')) raised.push({ code: 'NOT_FOUND', module });
    for (const [, code] of line.matchAll(/["']([A-Z][A-Z_]+)["']/g)) {
      if (code && Object.hasOwn(catalogue, code)) raised.push({ code: code as ProblemCode, module });
    }
  }
  return raised;
}

describe('every problem that the code of a route raises', () => {
  test.each(Object.entries(routes) as [string, { route: Route }][])('is declared by %s', async (name, { route }) => {
    const declared = problemsOf(route);
    const raised = await raisedIn(name);
    const own = raised.filter(({ module }) => !kernel.test(module));
    const excused = notCalled[name] ?? [];
    const undeclared = own.filter(({ code }) => !declared.has(code) && !excused.includes(code));
    expect(undeclared.map(({ code, module }) => `${name} does not declare ${code}, raised in ${module}`)).toEqual([]);
    const spelled = new Set(own.map(({ code }) => code));
    expect(
      excused.filter((code) => !spelled.has(code)),
      'excuses that are not needed',
    ).toEqual([]);
    // Declared but raised nowhere: the document would promise what cannot happen.
    const idle = route.problems.filter((declares) => !raised.some(({ code }) => code === declares));
    expect(idle, 'declared but raised nowhere').toEqual([]);
  });
});

test('what the kernel raises is implied by a declaration that uses all of it', async () => {
  const everything: Route = {
    method: 'POST',
    path: '/x',
    operationId: 'x',
    summary: 'x',
    scope: 'geofences:read',
    uses: {},
    feature: 'BULK_IMPORT',
    batch: { field: 'items', most: () => 1 },
    query: z.object({}),
    body: z.object({}),
    success: { 200: listOf(z.unknown(), 'camelCase') },
    problems: [],
    idempotent: 'secret',
  };
  const implied = new Set([...problemsOf(everything), ...problemsOf({ ...everything, scope: 'session' })]);
  const ofKernel = ({ module }: Raised) => kernel.test(module) && !beforeTheRoute.test(module);
  const raised = (await raisedIn('geofences/create')).filter(ofKernel);
  expect(raised.length).toBeGreaterThan(10);
  expect(raised.filter(({ code }) => !implied.has(code))).toEqual([]);
});
