import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Copy } from './copy.ts';
import type { Derived } from './new-endpoint/derive.ts';
import { root, type Source, sources } from './sources.ts';

/**
 * Adding a plain resource is its kind, five endpoints and their lines in the registers: `contacts`, in a copy of the
 * project. `README.md` shows it.
 */

const copy = new Copy();
const of = (name: string) => `test/walls/new-resource/${name}.ts.txt`;
const verbs = ['create', 'delete', 'get', 'list', 'patch'] as const;

let derived: Derived;
let productLines = 0;

function addProduct(): void {
  copy.add(of('contacts'), 'shared/topology/contacts.ts');
  for (const verb of verbs) copy.add(of(verb), `functions/contacts/${verb}.ts`);
  const lines = verbs.map((verb) => `export * as 'contacts/${verb}' from './contacts/${verb}.ts';\n`).join('');
  const next = "export * as 'device-groups/create'";
  copy.edit('functions/routes.ts', next, lines + next);
  copy.edit('lib/areas.ts', "topology: ['components',", "topology: ['components', 'contacts',");
  const sites = "  sites: ['Sites',";
  copy.edit('lib/openapi/tags.ts', sites, `  contacts: ['Contacts', 'Whom to call about a site.'],\n${sites}`);
  const imports = "import { sites } from '../topology/sites.ts';";
  const register = 'shared/unlinking/register.ts';
  copy.edit(register, imports, `import { contacts } from '../topology/contacts.ts';\n${imports}`);
  copy.edit(register, '[unlinks(sites)', '[unlinks(contacts), unlinks(sites)');
}

function addTests(): void {
  copy.add(of('contact-calls'), 'test/contract/contact-calls.ts');
  const [place, spread] = ["import { ogcCalls } from './ogc-calls.ts';", '  ...ogcCalls,\n'];
  copy.edit('test/contract/calls.ts', place, `import { contactCalls } from './contact-calls.ts';\n${place}`);
  copy.edit('test/contract/calls.ts', spread, `  ...contactCalls,\n${spread}`);
  const kinds = "import { sites } from '../../shared/topology/sites.ts';";
  const imported = "import { contacts } from '../../shared/topology/contacts.ts';";
  copy.edit('test/contract/entities.ts', kinds, `${imported}\n${kinds}`);
  copy.edit('test/contract/entities.ts', '  sites,\n', '  contacts,\n  sites,\n');
  const changes = "  'device-groups/patch': [";
  const two = "  'contacts/patch': [{ name: 'One' }, { phone: 'Other' }],\n";
  copy.edit('test/contract/lost-updates.test.ts', changes, two + changes);
}

beforeAll(async () => {
  addProduct();
  productLines = copy.lines;
  addTests();
  derived = await copy.derive();
}, 90_000);
afterAll(() => copy.remove());

test('is at most 170 lines of the product and 40 of tests', () => {
  expect(productLines).toBeLessThanOrEqual(170);
  expect(copy.lines - productLines).toBeLessThanOrEqual(40);
});

test('compiles', async () => {
  await copy.run(join(root, 'node_modules/.bin/tsc'), '--noEmit');
}, 120_000);

/** Files that a file holds when it is bundled. */
function reach(all: ReadonlyMap<string, Source>, path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const imported = all.get(path)?.imports.filter(({ statement }) => !statement.startsWith('import type')) ?? [];
  for (const { file } of imported) if (file) reach(all, file, seen);
  return seen;
}

test('changes the bundle of no other function, but of the worker that ends references', () => {
  const all = new Map(sources(copy.path).map((source) => [source.path, source]));
  const functions = [...all.keys()].filter((path) => /^functions\/.+\//.test(path));
  const changed = functions.filter((path) => [...reach(all, path)].some((file) => copy.touched.includes(file)));
  const own = verbs.map((verb) => `functions/contacts/${verb}.ts`);
  expect(changed.sort()).toEqual([...own, 'functions/references/unlink.ts']);
});

/** DynamoDB actions of a function, by table. */
function grantsOf(verb: string): string[] {
  const name = `Contacts${verb[0]!.toUpperCase()}${verb.slice(1)}`;
  const role = derived.resources.find((one) => one.Type === 'AWS::IAM::Role' && JSON.stringify(one).includes(name));
  const [policy] = role!.Properties.Policies as {
    PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] };
  }[];
  return policy!.PolicyDocument.Statement.flatMap(({ Action, Resource }) => {
    const table = /table\/hexfence-local-(\w+)/.exec(JSON.stringify(Resource))?.[1];
    return [Action].flat().flatMap((action) => (table ? [`${table} ${action.replace('dynamodb:', '')}`] : []));
  }).sort();
}

describe('its functions', () => {
  /** Of authentication, on every function. */
  const everyone = ['access GetItem', 'access UpdateItem', 'main GetItem'];

  test.each([
    ['get', []],
    ['list', ['main BatchGetItem', 'main Query']],
    ['create', ['access DeleteItem', 'main ConditionCheckItem', 'main PutItem']],
    ['patch', ['main ConditionCheckItem', 'main DeleteItem', 'main PutItem']],
    ['delete', ['main DeleteItem', 'main PutItem']],
  ])('%s is granted what it does, and no more', (verb, more) => {
    expect(grantsOf(verb)).toEqual([...new Set([...everyone, 'main BatchGetItem', ...more])].sort());
  });

  test('have their routes, and their place in the document', () => {
    const routes = derived.resources.filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route');
    const keys = routes.map(({ Properties }) => String(Properties.RouteKey)).filter((key) => key.includes('/contacts'));
    const [all, one] = ['/api/v1/contacts', '/api/v1/contacts/{id}'];
    expect(keys.sort()).toEqual([`DELETE ${one}`, `GET ${all}`, `GET ${one}`, `PATCH ${one}`, `POST ${all}`]);
    expect(Object.keys(derived.document.paths[one]!)).toEqual(['delete', 'get', 'patch']);
    const names = ['Contact', 'ContactDraft', 'ContactPatch'];
    expect(Object.keys(derived.document.components.schemas)).toEqual(expect.arrayContaining(names));
  });
});

test('its rows pass, and what every route must hold', async () => {
  const suites = ['every-route', 'bodies', 'lists', 'idempotency', 'lost-updates', 'retries'];
  const files = [...suites.map((name) => `test/contract/${name}.test.ts`), 'test/security/foreign-ids.test.ts'];
  const vitest = join(root, 'node_modules/.bin/vitest');
  const config = ['--config', 'test/vitest.config.ts', '--project', 'routes', '--maxWorkers=1'];
  const report = ['--reporter=json', '--silent', '-t', 'contacts/'];
  const printed = await copy.run(vitest, 'run', ...config, ...report, ...files);
  const { numPassedTests, numFailedTests } = JSON.parse(printed.slice(printed.indexOf('{'))) as Record<string, number>;
  expect(numFailedTests).toBe(0);
  expect(numPassedTests).toBeGreaterThan(150);
}, 180_000);

test('the README shows the kind and an endpoint as they are here', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const body = (name: string) => {
    const text = readFileSync(join(root, of(name)), 'utf8');
    return text.slice(text.indexOf('\n\n') + 2);
  };
  for (const name of ['contacts', 'create']) expect(readme).toContain(body(name));
});
