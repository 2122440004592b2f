import { placeholderOrigin } from '../../shared/docs/document.ts';
import type { Route } from '../../shared/http/route.ts';
import { anyForm, type Collection, collections, commonParameters } from '../../shared/ogc/collections.ts';
import { itemsQuery } from '../../shared/ogc/items-query.ts';
import { root } from '../../shared/ogc/links.ts';
import { segmentOf } from '../areas.ts';
import { renderDocument } from './document.ts';
import { featuresInfo } from './info.ts';
import { pascal } from './successes.ts';
import type { JsonObject } from './tidy.ts';

/**
 * The OpenAPI document for clients of OGC API Features, which do not need the rest of the API. It has addresses
 * relative to the landing page and a path for each collection, and it writes out defaults where the standard demands
 * it. GDAL and QGIS read the page size from the component `limit`, and the filters that they may send from the literal
 * path.
 */

type Operation = JsonObject & { readonly operationId: string; readonly parameters: readonly Parameter[] };
type Parameter = JsonObject & { readonly name?: string; readonly in?: string; readonly schema?: JsonObject };
type Paths = Readonly<Record<string, { readonly get: Operation }>>;

const collectionParameter = '{collectionId}';
const limitReference = { $ref: '#/components/parameters/limit' };

export function featuresDocument(routes: readonly Route[], version: string): JsonObject {
  const own = routes.filter(({ path }) => segmentOf(path) === segmentOf(root));
  const { paths, components, ...document } = renderDocument(own, version, featuresInfo);
  const { parameters, ...more } = components as JsonObject;
  const limit = Object.values(paths as Paths)
    .flatMap(({ get }) => get.parameters)
    .find(isLimit);
  return {
    ...document,
    servers: [{ url: `${placeholderOrigin}${root}`, description: 'The landing page.' }],
    paths: Object.fromEntries(Object.entries(paths as Paths).flatMap(literalPaths)),
    components: { ...more, parameters: { ...(parameters as JsonObject), limit: limit && written(limit) } },
  };
}

const isLimit = ({ name, in: where }: Parameter): boolean => name === 'limit' && where === 'query';

function literalPaths([path, { get }]: [string, { readonly get: Operation }]): [string, JsonObject][] {
  const relative = path.slice(root.length) || '/';
  if (!relative.includes(collectionParameter)) return [[relative, { get: ofFacade(get) }]];
  const literal: [string, JsonObject][] = collections.map((collection) => [
    relative.replace(collectionParameter, collection.id),
    { get: ofCollection(get, collection) },
  ]);
  return [...literal, [relative.replace(collectionParameter, anyForm.id), { get: ofForms(get) }]];
}

/** The collections of forms, which are different in each workspace. */
function ofForms(operation: Operation): Operation {
  const { parameters, ...rest } = ofCollection(operation, { ...anyForm, id: 'submissions' });
  const formId = {
    name: 'formId',
    in: 'path',
    required: true,
    description: 'Id of the form.',
    schema: { type: 'string', format: 'uuid' },
  };
  return { ...rest, parameters: [formId, ...parameters] };
}

function ofCollection(operation: Operation, { id, filters }: Collection): Operation {
  const isOwn = ({ name = '' }: Parameter) =>
    !Object.hasOwn(itemsQuery.shape, name) || isCommon(name) || isFilter(name);
  const isFilter = (name: string) => (filters as readonly string[]).includes(name);
  const parameters = operation.parameters.filter((one) => one.name !== 'collectionId' && isOwn(one));
  return ofFacade({ ...operation, operationId: `${operation.operationId}Of${pascal(`_${id}`)}`, parameters });
}

const isCommon = (name: string): boolean => commonParameters.includes(name);

function ofFacade(operation: Operation): Operation {
  const parameters = operation.parameters.map((one) => (isLimit(one) ? limitReference : written(one)));
  return { ...operation, parameters };
}

/** The parameter with explicit `style` and `explode`, even if they have their default values. */
function written(parameter: Parameter): Parameter {
  if (parameter.in !== 'query') return parameter;
  const { schema, ...rest } = parameter;
  return { ...rest, style: 'form', explode: parameter.explode ?? schema?.type === 'array', schema } as Parameter;
}
