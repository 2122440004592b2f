import { describe, expect, test } from 'vitest';
import { renderDocument } from '../../../lib/openapi/document.ts';
import { items } from '../../../lib/openapi/explanations/items.ts';
import { guides } from '../../../lib/openapi/guides.ts';
import { isListAnswer, isSchema } from '../../../shared/http/answer.ts';
import { problemsOf, statusesOf } from '../../../shared/http/problems.ts';
import { catalogue } from '../../../shared/problems/catalogue.ts';
import { addressed } from '../../support/endpoints.ts';
import { lint } from './lint.ts';
import { at, everyObject, type Json, resolvedIn } from './walk.ts';

const routes = addressed.map(({ route }) => route);
const document = renderDocument(routes, '1.2.3') as Json;

const operationOf = ({ path, method }: (typeof routes)[number]): Json => document.paths[path][method.toLowerCase()];
const resolved = (value: Json): Json => resolvedIn(document, value);

test('the document is valid and lint-clean', async () => {
  expect(await lint(JSON.stringify(document))).toEqual([]);
});

test('the same routes give the same bytes, in any order', () => {
  expect(JSON.stringify(renderDocument([...routes].reverse(), '1.2.3'))).toBe(JSON.stringify(document));
});

test('every reference leads somewhere, and every component is referred to', () => {
  const targets = [...everyObject(document)].map(({ $ref }) => $ref).filter((ref) => typeof ref === 'string');
  expect(targets.filter((target) => at(document, target) === undefined)).toEqual([]);
  const { securitySchemes: _, ...components } = document.components;
  const paths = Object.entries<Json>(components).flatMap(([kind, all]) =>
    Object.keys(all).map((name) => `#/components/${kind}/${name}`),
  );
  expect(paths.filter((path) => !targets.includes(path))).toEqual([]);
});

test.each([
  ...['BulkCreateRequest', 'BulkCreateResponse', 'BulkResult', 'BulkItemInput'],
  ...['Geofence', 'GeofenceCheckRequest', 'GeofenceCheckResponse', 'Error', 'ValidationErrorItem', 'Geometry'],
])('clients find the component %s', (name) => {
  expect(document.components.schemas[name]).toBeDefined();
});

test('no two components say the same', () => {
  const seen = new Map<string, string[]>();
  for (const [name, { title: _, example: __, ...schema }] of Object.entries<Json>(document.components.schemas)) {
    const text = JSON.stringify(schema);
    seen.set(text, [...(seen.get(text) ?? []), name]);
  }
  expect([...seen.values()].filter((names) => names.length > 1)).toEqual([]);
});

test('null is said by nullable, never by a member of a union', () => {
  const unions = [...everyObject(document.components.schemas)].flatMap(({ anyOf, oneOf }) => anyOf ?? oneOf ?? []);
  expect(unions.filter((member: Json) => member.enum?.includes(null) || member.type === 'null')).toEqual([]);
});

test('operation ids are unique and can be names in any language', () => {
  const ids = routes.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z][A-Za-z0-9_]*$/.test(id))).toEqual([]);
});

describe.each(routes.map((route) => ({ route, name: `${route.method} ${route.path}` })))('$name', ({ route }) => {
  const operation = operationOf(route);

  test('is in the document, under a tag that says what it is about', () => {
    expect(operation.operationId).toBe(route.operationId);
    expect(document.tags.find(({ name }: Json) => name === operation.tags[0])?.description).toBeTruthy();
  });

  test('says who may call it', () => {
    const withBasic = [{ apiKey: [] }, { bearer: [] }, { basic: [] }];
    expect(operation.security).toEqual(route.scope === 'public' ? [] : route.basic && withBasic);
    const scope = ['public', 'any'].includes(route.scope) ? undefined : route.scope;
    expect(operation['x-required-scope']).toBe(scope);
    expect(operation['x-required-feature']).toBe(route.feature);
  });

  test('says the scope and the feature that it needs, and its own limit', () => {
    const { description = '' } = operation;
    expect(/The workspace needs the feature `\w+`\./.test(description)).toBe(route.feature !== undefined);
    expect(/At most \d+ requests an? (hour|minute)/.test(description)).toBe(route.limit !== undefined);
    const scope = /^Needs the scope `(\S+)`: (?:users who are `owner`|device tokens only)/m.exec(description)?.[1];
    expect(scope).toBe(['public', 'any', 'session'].includes(route.scope) ? undefined : route.scope);
  });

  test('is deprecated exactly if another route is to be preferred', () => {
    expect(operation.deprecated).toBe(route.prefer && true);
    if (!route.prefer) return;
    expect(operation.description).toContain(`prefer \`${route.prefer}\``);
    const preferred = routes.find(({ method, path }) => `${method} ${path}` === route.prefer);
    expect(preferred).toBeDefined();
    expect(preferred?.prefer).toBeUndefined();
  });

  test('names exactly the errors it can answer with, each under its status', () => {
    const documented = Object.entries<Json>(operation.responses)
      .filter(([status]) => Number(status) >= 400)
      .flatMap(([status, response]) =>
        Object.keys(resolved(response).content['application/json'].examples).map((code) => `${status} ${code}`),
      );
    const possible = [...problemsOf(route)].flatMap((code) =>
      statusesOf(code, route).map((status) => `${status} ${code}`),
    );
    expect(documented.sort()).toEqual(possible.sort());
  });

  test('names its successes and parameters', () => {
    expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(Object.keys(route.success)));
    const parameters = operation.parameters.map(resolved).map(({ name }: Json) => name);
    expect(parameters).toEqual(expect.arrayContaining([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)));
    expect(parameters.includes('If-Match')).toBe(problemsOf(route).has('PRECONDITION_FAILED'));
    expect(parameters.includes('Idempotency-Key')).toBe(route.idempotent !== undefined);
    expect(parameters.includes('Prefer')).toBe(route.respondsAsync !== undefined);
  });

  test('promises no refusal of a request id, since a strange one is ignored', () => {
    const [{ schema }] = operation.parameters
      .map(resolved)
      .filter(({ name }: Json) => name === 'X-Client-Request-ID') as [Json];
    expect(schema).toEqual({ type: 'string' });
  });

  test('fills no optional parameter of a form with an example', () => {
    const filled = operation.parameters.map(resolved).filter(({ required, example, schema }: Json) => {
      return !required && (example ?? schema.example ?? schema.items?.example) !== undefined;
    });
    expect(filled).toEqual([]);
  });

  test('promises no entity tag that it does not send', () => {
    if (route.entityTag !== false) return;
    expect(operation.responses).not.toHaveProperty('304');
    expect(operation.parameters.map(resolved).map(({ name }: Json) => name)).not.toContain('If-None-Match');
    expect(Object.values<Json>(operation.responses).filter((response) => resolved(response).headers?.ETag)).toEqual([]);
  });

  test('gives examples that it would itself take and send', () => {
    const body = route.body?.meta()?.example;
    const others = Object.values<Json>(operation.requestBody?.content['application/json']?.examples ?? {});
    for (const one of [...(body === undefined ? [] : [body]), ...others.map(({ value }) => value)]) {
      expect(route.body?.safeParse(one).error).toBeUndefined();
    }
    for (const [status, success] of Object.entries(route.success)) {
      if (!(isListAnswer(success) || isSchema(success))) continue;
      const [{ example }] = Object.values<Json>(operation.responses[status].content) as [Json];
      const schema = isListAnswer(success) ? success.item : success;
      const items = isListAnswer(success) ? (example.data ?? example) : [example];
      for (const item of items) expect(schema.safeParse(item).error).toBeUndefined();
    }
  });
});

describe.each(guides)('the guide "$title"', ({ title, text }) => {
  test('is a section of the description', () => {
    expect(document.info.description).toContain(`## ${title}\n\n${text.trim()}`);
  });

  test('names only operations and error codes that there are', () => {
    const named = [...text.matchAll(/`(GET|POST|PUT|PATCH|DELETE)\s+(\/\S+)`/g)].map(
      ([, method, path]) => `${method} /api/v1${path}`,
    );
    const known = routes.map(({ method, path }) => `${method} ${path}`);
    expect(named.filter((one) => !known.includes(one))).toEqual([]);
    const codes = [...text.matchAll(/`([A-Z]{3,}(?:_[A-Z]+)+)`/g)].map(([, code]) => code);
    const explained = { ...catalogue, ...items };
    expect(codes.filter((code) => !Object.hasOwn(explained, code!))).toEqual([]);
  });
});
