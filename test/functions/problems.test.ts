import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as routes from '../../functions/routes.ts';
import { pureCapabilities } from '../../lib/bundle/pure-capabilities.ts';
import { listOf } from '../../shared/http/list.ts';
import { problemsOf } from '../../shared/http/problems.ts';
import type { Route } from '../../shared/http/route.ts';
import { catalogue, type ProblemCode } from '../../shared/problems/catalogue.ts';

/**
 * The problems that an endpoint can raise, read from the code in its bundle: esbuild follows the imports of the
 * endpoint's file and drops functions that nothing calls.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Codes that are in the bundle but that the route never answers with. */
const neverAnswered: Readonly<Record<string, readonly ProblemCode[]>> = {
  'auth/sign-up': ['CONFLICT'], // if a slug is taken, another ending is tried
  'headless/submit': ['FORM_NOT_PUBLISHED'], // for machines such a form does not exist
  // The problem of another writer is caught, and is a race or a reason of an item.
  'device-profiles/create': ['CONFLICT'],
  // Lists share a file with reads of one.
  'device-profiles/list': ['NOT_FOUND'],
  'sensor-profiles/create': ['CONFLICT'],
  'sensor-profiles/list': ['NOT_FOUND'],
  'readings/report': ['CONFLICT'],
  'webhooks/rotate-secret': ['PRECONDITION_FAILED'],
  'projects/delete': ['PRECONDITION_FAILED'], // a project has no version
  // It sets one setting, whatever the version, and anybody with the scope may change it.
  'settings/set-server-url': ['PRECONDITION_FAILED', 'FORBIDDEN', 'CONFLICT'],
  // Its response body names what is wrong with an item.
  'submissions/create-bulk': ['NOT_FOUND', 'FORM_NOT_PUBLISHED', 'LOCAL_UUID_CONFLICT', 'SUBMISSION_INVALID'],
  'geofences/bulk-get': ['DUPLICATE_GEOFENCE'], // its response body names the items that were duplicates
};

/** Modules that serve every route; their problems follow from the declaration, see the second test. */
const kernel =
  /^shared\/(http\/(?!conditional|fallback)|auth\/(claim|credentials?|phone-credential|tokens)\.ts|limits\/(limiter|endpoint-limit)\.ts|tenancy\/feature\.ts)/;
/** They refuse requests that do not reach the route: direct calls, and words of other paths. */
const beforeTheRoute = /^shared\/http\/(front-door|known-routes)\.ts/;
/** Modules that only name codes. */
const naming = /^shared\/(problems\/|http\/problems\.ts)/;
/** Code for all kinds of plain entities; the capability says which of its problems a verb of one kind raises. */
const ofKinds =
  /^shared\/(entity\/|quota\/in-transaction\.ts|analytics\/(class-fields|guard-annotation|period|values)\.ts)/;

interface Raised {
  readonly code: ProblemCode;
  readonly module: string;
}

/** The code of each bundle by the name of its route; each module in it begins with a comment that names it. */
let bundles: ReadonlyMap<string, string>;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: Object.keys(routes).map((name) => ({ in: `functions/${name}.ts`, out: name })),
    outdir: '/bundles',
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    plugins: [pureCapabilities],
    treeShaking: true,
    write: false,
    logLevel: 'silent',
  });
  bundles = new Map(outputFiles.map(({ path, text }) => [path.replace(/^.*\/bundles\/|\.js$/g, ''), text]));
}, 60_000);

function raisedIn(entry: string): Raised[] {
  const raised: Raised[] = [];
  const kinds = new Set<string>();
  let module = '';
  for (const line of bundles.get(entry)?.split('\n') ?? []) {
    const comment = /^\/\/ ((?:functions|shared|lib)\/\S+\.ts)$/.exec(line);
    if (comment) module = comment[1] ?? '';
    if (line.includes('defineKind(')) kinds.add(module);
    // Any other line with a code may raise it; the route's own declaration is one line of the entry file.
    if (naming.test(module) || /^ *problems: \[/.test(line)) continue;
    if (line.includes('invalidFields(')) raised.push({ code: 'VALIDATION_ERROR', module });
    if (line.includes('notFound(')) raised.push({ code: 'NOT_FOUND', module });
    for (const [, code] of line.matchAll(/["']([A-Z][A-Z_]+)["']/g)) {
      if (code && Object.hasOwn(catalogue, code)) raised.push({ code: code as ProblemCode, module });
    }
  }
  const { uses } = (routes as Record<string, { readonly route: Route }>)[entry]!.route;
  const declared = Object.entries(uses).flatMap(([name, { raises = [] }]) =>
    raises.map((code) => ({ code, module: `uses.${name}` })),
  );
  return [...raised.filter(({ module }) => !ofKinds.test(module) && !kinds.has(module)), ...declared];
}

describe('every problem that the code of a route raises', () => {
  test.each(Object.entries(routes) as [string, { route: Route }][])('is declared by %s', (name, { route }) => {
    const declared = problemsOf(route);
    const raised = raisedIn(name);
    const own = raised.filter(({ module }) => !kernel.test(module));
    const excused = neverAnswered[name] ?? [];
    const undeclared = own.filter(({ code }) => !declared.has(code) && !excused.includes(code));
    expect(undeclared.map(({ code, module }) => `${name} does not declare ${code}, raised in ${module}`)).toEqual([]);
    const spelled = new Set(own.map(({ code }) => code));
    expect(
      excused.filter((code) => !spelled.has(code) || declared.has(code)),
      'excuses that are not needed',
    ).toEqual([]);
    // Declared but never raised: the document would promise an error that cannot happen.
    const idle = route.problems.filter((declares) => !raised.some(({ code }) => code === declares));
    expect(idle, 'declared but raised nowhere').toEqual([]);
  });
});

test('what the kernel raises is implied by a declaration that uses all of it', () => {
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
  const raised = raisedIn('geofences/create').filter(ofKernel);
  expect(raised.length).toBeGreaterThan(10);
  expect(raised.filter(({ code }) => !implied.has(code))).toEqual([]);
});
