import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderDocument } from '../../../lib/openapi/document.ts';
import { fieldTexts } from '../../../lib/openapi/fields.ts';
import { addressed } from '../../support/endpoints.ts';
import { root } from '../../walls/sources.ts';
import { type Json, resolvedIn, schemasIn } from './walk.ts';

const routes = addressed.map(({ route }) => route);
const document = renderDocument(routes, '1.2.3') as Json;
const operations: Json[] = Object.values<Json>(document.paths).flatMap((path) => Object.values(path));

interface Field {
  readonly owner: string;
  readonly path: string;
  readonly description?: string;
}

const target = (schema: Json): Json => resolvedIn(document, schema);

function* fieldsOf(schema: Json, owner: string, path: readonly string[]): Generator<Field> {
  for (const [name, field] of Object.entries<Json>(schema.properties ?? {})) {
    yield { owner, path: [...path, name].join('.'), description: target(field).description };
    yield* fieldsOf(field, owner, [...path, name]);
  }
  for (const part of schemasIn(schema)) yield* fieldsOf(part, owner, path);
}

const parametersOf = ({ operationId, parameters }: Json): Field[] =>
  parameters.map(target).map(({ name, description }: Json): Field => ({ owner: operationId, path: name, description }));

const bodiesOf = ({ requestBody, responses }: Json): Json[] =>
  [requestBody ?? {}, ...Object.values<Json>(responses).map(target)].flatMap(({ content = {} }) =>
    Object.values<Json>(content).map(({ schema }) => schema),
  );

const fields: readonly Field[] = [
  ...Object.entries<Json>(document.components.schemas).flatMap(([name, schema]) => [...fieldsOf(schema, name, [])]),
  ...operations.flatMap((operation) => [
    ...parametersOf(operation),
    ...bodiesOf(operation).flatMap((schema) => [...fieldsOf(schema, operation.operationId, [])]),
  ]),
];

/** The file whose table is for an owner of fields. */
function tableOf(owner: string): string {
  const folder = 'lib/openapi/fields';
  const texts = join(root, folder);
  const file = readdirSync(texts).find((name) => readFileSync(join(texts, name), 'utf8').includes(`'${owner}'`));
  return file ? `${folder}/${file}` : `a file of ${folder}/, which lib/openapi/fields.ts lists`;
}

test('every field and every parameter says what it means', () => {
  expect(fields.length).toBeGreaterThan(1000);
  const silent = fields.filter(({ description }) => !description?.trim());
  expect(silent.map(({ owner, path }) => `Describe ${owner}.${path} in ${tableOf(owner)}`)).toEqual([]);
});

test('every text is used, and each of its tables names only what uses it', () => {
  const stale = fieldTexts.flatMap(({ of, texts }) => {
    const about = fields.filter(({ owner }) => of?.includes(owner) ?? true);
    const used = new Set(about.map(({ description }) => description));
    const owners = new Set(
      about.filter(({ description }) => Object.values(texts).includes(description ?? '')).map(({ owner }) => owner),
    );
    return [
      ...Object.keys(texts).filter((key) => !used.has(texts[key])),
      ...(of?.filter((owner) => !owners.has(owner)) ?? []),
    ];
  });
  expect(stale).toEqual([]);
});

test('a description is a sentence or a few, without leading or trailing space', () => {
  const odd = fields.filter(({ description }) => description && !/^[\p{Lu}\p{N}`−].*[.`/)]$/su.test(description));
  expect(odd.map(({ owner, path, description }) => `${owner}.${path}: ${description}`)).toEqual([]);
});
