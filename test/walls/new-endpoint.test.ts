import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Copy } from './copy.ts';
import type { Derived } from './new-endpoint/derive.ts';
import { root } from './sources.ts';

/** Adding an endpoint is its file and one line of `functions/routes.ts`: all else follows, as a copy of the project shows. */

const copy = new Copy();

type Resource = Derived['resources'][number];
let derived: Derived;

beforeAll(async () => {
  copy.add('test/walls/new-endpoint/count.ts.txt', 'functions/geofences/count.ts');
  const place = "export * as 'geofences/create'";
  copy.edit('functions/routes.ts', place, `export * as 'geofences/count' from './geofences/count.ts';\n${place}`);
  derived = await copy.derive();
}, 90_000);
afterAll(() => copy.remove());

const ofType = (type: string) => derived.resources.filter((resource) => resource.Type === type);
const mentions = (value: unknown, text: string) => JSON.stringify(value).includes(text);

describe('the new endpoint', () => {
  test('is an endpoint file as others are', () => {
    const lines = readFileSync(join(root, 'test/walls/new-endpoint/count.ts.txt'), 'utf8').split('\n').length - 1;
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
    const role = ofType('AWS::IAM::Role').find((one) => mentions(one, 'GeofencesCount'));
    const [policy] = role!.Properties.Policies as {
      PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] };
    }[];
    const granted = policy!.PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => {
        const table = /table\/hexfence-local-(\w+)/.exec(JSON.stringify(Resource))?.[1];
        return table ? [`${table} ${action.replace('dynamodb:', '')}`] : [];
      }),
    );
    expect(granted.sort()).toEqual([
      'access GetItem',
      'access UpdateItem',
      'main BatchGetItem',
      'main GetItem',
      'main Query',
    ]);
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
