import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endpointText, extendedCopy, textOf, verbs } from './extended-copy.ts';
import type { Derived } from './new-endpoint/derive.ts';
import { root, type Source, sources } from './sources.ts';

/**
 * What an addition needs, shown in a copy of the project: an endpoint needs its file and one line of
 * `functions/routes.ts`; a plain resource needs its kind, five endpoints and their lines in the registers. Everything
 * else is derived. That the resource compiles and passes its tests is proved by `additions.slow.test.ts`.
 */

const { copy, productLines, testLines } = extendedCopy();

type Resource = Derived['resources'][number];
let derived: Derived;

beforeAll(async () => {
  derived = await copy.derive(['geofences/count', ...verbs.map((verb) => `contacts/${verb}`)]);
}, 180_000);
afterAll(() => copy.remove());

const ofType = (type: string) => derived.resources.filter((resource) => resource.Type === type);
const mentions = (value: unknown, text: string) => JSON.stringify(value).includes(text);

/** DynamoDB actions of a function, by table or index. */
function grantsOf(name: string): string[] {
  const role = ofType('AWS::IAM::Role').find((one) => mentions(one, name));
  const [policy] = role!.Properties.Policies as {
    PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] };
  }[];
  return policy!.PolicyDocument.Statement.flatMap(({ Action, Resource }) => {
    const table = /table\/hexfence-local-(\w+(?:\/index\/\w+)?)/.exec(JSON.stringify(Resource))?.[1];
    return [Action].flat().flatMap((action) => (table ? [`${table} ${action.replace('dynamodb:', '')}`] : []));
  }).sort();
}

/** The actions for authentication, which every function needs. */
const everyone = ['access GetItem', 'access UpdateItem', 'main GetItem'];

describe('a new endpoint', () => {
  test('is an endpoint file as others are', () => {
    const lines = readFileSync(join(root, endpointText), 'utf8').split('\n').length - 1;
    expect(lines).toBeGreaterThanOrEqual(20);
    expect(lines).toBeLessThanOrEqual(70);
  });

  test('has its route', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey);
    expect(routes).toContain('POST /api/v1/geofences/count');
  });

  test('has its function and its log group', () => {
    const made = ofType('AWS::Lambda::Function').find(
      ({ Properties }) => Properties.FunctionName === 'hexfence-local-geofences-count',
    );
    expect(made?.Properties).toMatchObject({
      Description: 'countGeofences: Count geofences',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Environment: { Variables: { MAIN_TABLE: 'hexfence-local-main', ACCESS_TABLE: 'hexfence-local-access' } },
    });
    expect(made).not.toSatisfy((one: Resource) => mentions(one.Properties.Environment, 'CELLS_TABLE'));
    expect(ofType('AWS::Logs::LogGroup').filter((group) => mentions(group, 'geofences/count'))).toHaveLength(1);
  });

  test('has exactly the grants of what it uses, and of authentication', () => {
    expect(grantsOf('GeofencesCount')).toEqual(
      [...everyone, 'main BatchGetItem', 'main Query', 'main/index/place Query'].sort(),
    );
  });

  test('is in the document, with its schemas and every status', () => {
    const operation = derived.document.paths['/api/v1/geofences/count']?.post;
    expect(operation?.operationId).toBe('countGeofences');
    expect(Object.keys(operation!.responses)).toEqual(
      expect.arrayContaining(['200', '401', '403', '413', '422', '429', '500']),
    );
    expect(Object.keys(derived.document.components.schemas)).toEqual(
      expect.arrayContaining(['CountRequest', 'CountResponse']),
    );
  });

  test('has its rows in the security matrix', () => {
    const rows = derived.rows.filter(({ name }) => name === 'geofences/count');
    expect(rows).toContainEqual({
      name: 'geofences/count',
      actor: 'no credential',
      expected: [401, 'UNAUTHENTICATED'],
    });
    expect(rows).toContainEqual({ name: 'geofences/count', actor: 'a headless key', expected: [403, 'SCOPE_MISSING'] });
    expect(rows).toContainEqual({ name: 'geofences/count', actor: 'a key with just the scope', expected: 'passed' });
  });
});

/** The files that are in the bundle of a file. */
function reach(all: ReadonlyMap<string, Source>, path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const imported = all.get(path)?.imports.filter(({ statement }) => !statement.startsWith('import type')) ?? [];
  for (const { file } of imported) if (file) reach(all, file, seen);
  return seen;
}

describe('a new plain resource', () => {
  test('is at most 170 lines of the product and 40 of tests', () => {
    expect(productLines).toBeLessThanOrEqual(170);
    expect(testLines).toBeLessThanOrEqual(40);
  });

  test('changes the bundle of no other function, but of the worker that ends references', () => {
    const all = new Map(sources(copy.path).map((source) => [source.path, source]));
    const functions = [...all.keys()].filter((path) => /^functions\/.+\//.test(path));
    const changed = functions.filter((path) => [...reach(all, path)].some((file) => copy.touched.includes(file)));
    const own = verbs.map((verb) => `functions/contacts/${verb}.ts`);
    expect(changed.sort()).toEqual([...own, 'functions/geofences/count.ts', 'functions/references/unlink.ts']);
  });

  test.each([
    ['Get', []],
    ['List', ['main BatchGetItem', 'main Query']],
    ['Create', ['access DeleteItem', 'main ConditionCheckItem', 'main PutItem']],
    ['Patch', ['main ConditionCheckItem', 'main DeleteItem', 'main PutItem']],
    ['Delete', ['main DeleteItem', 'main PutItem']],
  ])('%s is granted what it does, and no more', (verb, more) => {
    expect(grantsOf(`Contacts${verb}`)).toEqual([...everyone, ...more].sort());
  });

  test('has its routes, and its place in the document', () => {
    const keys = ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => String(Properties.RouteKey));
    const [all, one] = ['/api/v1/contacts', '/api/v1/contacts/{id}'];
    const own = [`DELETE ${one}`, `GET ${all}`, `GET ${one}`, `PATCH ${one}`, `POST ${all}`];
    expect(keys.filter((key) => key.includes('/contacts')).sort()).toEqual(own);
    expect(Object.keys(derived.document.paths[one]!).sort()).toEqual(['delete', 'get', 'patch']);
    const names = ['Contact', 'ContactDraft', 'ContactPatch'];
    expect(Object.keys(derived.document.components.schemas)).toEqual(expect.arrayContaining(names));
  });

  test('stands in the README as it is here', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    for (const name of ['contacts', 'create']) {
      const text = readFileSync(join(root, textOf(name)), 'utf8');
      expect(readme).toContain(text.slice(text.indexOf('\n\n') + 2));
    }
  });
});
