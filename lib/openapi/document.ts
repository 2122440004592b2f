import { placeholderOrigin } from '../../shared/docs/document.ts';
import { type HttpMethod, mayOmitBody, type Route } from '../../shared/http/route.ts';
import { Components } from './components.ts';
import { conditionsOf } from './conditions.ts';
import { problemResponses } from './failures.ts';
import { describeFields } from './fields.ts';
import { info, securitySchemes } from './info.ts';
import { parametersOf } from './parameters.ts';
import { requestExamples } from './request-examples.ts';
import { pascal, successResponses } from './successes.ts';
import { tagOf, tagsOf } from './tags.ts';
import type { JsonObject } from './tidy.ts';

const methodOrder: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The OpenAPI 3.0 document of these routes. The same routes always give the same bytes. */
export function renderDocument(routes: readonly Route[], version: string, about = info): JsonObject {
  const components = new Components();
  const ordered = [...routes].sort(
    (a, b) => compare(a.path, b.path) || methodOrder.indexOf(a.method) - methodOrder.indexOf(b.method),
  );
  const paths: Record<string, JsonObject> = {};
  for (const route of ordered) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(components, route) };
  }
  const document = components.resolve({
    openapi: '3.0.3',
    info: about(version),
    servers: [{ url: placeholderOrigin, description: 'The deployment that serves this document.' }],
    security: headerSchemes,
    tags: tagsOf(routes),
    paths,
    components: { securitySchemes },
  });
  return describeFields(document);
}

const headerSchemes = [{ apiKey: [] }, { bearer: [] }] satisfies SecurityRequirement[];

type SecurityRequirement = Partial<Record<keyof typeof securitySchemes, readonly string[]>>;

/** The security of a route, if it differs from the default. */
function securityOf({ scope, basic }: Route): { readonly security?: readonly SecurityRequirement[] } {
  if (scope === 'public') return { security: [] };
  return basic ? { security: [...headerSchemes, { basic: [] }] } : {};
}

const compare = (a: string, b: string) => Number(a > b) - Number(a < b);

function operationOf(components: Components, route: Route): JsonObject {
  const { operationId, summary, scope, feature, prefer } = route;
  const preference = prefer && `Kept for existing clients; prefer \`${prefer}\`.`;
  return {
    operationId,
    summary,
    description: [preference, route.description, conditionsOf(route)].filter(Boolean).join('\n\n'),
    ...(prefer ? { deprecated: true } : {}),
    tags: [tagOf(route.path)],
    ...securityOf(route),
    ...(scope === 'public' || scope === 'any' ? {} : { 'x-required-scope': scope }),
    ...(feature ? { 'x-required-feature': feature } : {}),
    parameters: parametersOf(components, route),
    ...(route.body ? { requestBody: requestBody(components, route, route.body) } : {}),
    ...(route.form ? { requestBody: formBody(components, route, route.form) } : {}),
    responses: { ...successResponses(components, route), ...problemResponses(components, route) },
  };
}

function requestBody(components: Components, route: Route, body: NonNullable<Route['body']>): JsonObject {
  const schema = components.schema(body, 'input', `${pascal(route.operationId)}Request`);
  return { required: !mayOmitBody(route), content: { 'application/json': { schema, ...examplesOf(route, body) } } };
}

function formBody(components: Components, route: Route, { fields }: NonNullable<Route['form']>): JsonObject {
  const schema = components.schema(fields, 'input', `${pascal(route.operationId)}Form`);
  return { required: true, content: { 'multipart/form-data': { schema } } };
}

function examplesOf({ operationId }: Route, body: NonNullable<Route['body']>): JsonObject {
  const known = requestExamples[operationId];
  if (!known) return {};
  return { examples: { first: { summary: known.first, value: body.meta()?.example }, ...known.others } };
}
