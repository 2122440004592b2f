import { analyticsFields } from './fields/analytics.ts';
import { billingFields } from './fields/billing.ts';
import { bulkFields } from './fields/bulk.ts';
import { deviceFields } from './fields/devices.ts';
import { everywhere } from './fields/everywhere.ts';
import { exportFields } from './fields/exports.ts';
import type { FieldTexts } from './fields/field-texts.ts';
import { fieldWorkFields } from './fields/field-work.ts';
import { geofenceFields } from './fields/geofences.ts';
import { insightFields } from './fields/insight.ts';
import { keyFields } from './fields/keys.ts';
import { locationFields } from './fields/locations.ts';
import { peopleFields } from './fields/people.ts';
import { profileFields } from './fields/profiles.ts';
import { quarantineFields } from './fields/quarantine.ts';
import { readingFields } from './fields/readings.ts';
import { serviceFields } from './fields/service.ts';
import { webhookFields } from './fields/webhooks.ts';
import { workflowFields } from './fields/workflows.ts';
import { workspaceFields } from './fields/workspaces.ts';
import type { JsonObject } from './tidy.ts';

/**
 * Descriptions of fields and query parameters. They are kept here rather than in the schemas, because schemas are part
 * of every function that uses them. The longest path that a table knows describes a field; of several tables, the first.
 */
export const fieldTexts: readonly FieldTexts[] = [
  ...webhookFields,
  ...geofenceFields,
  ...deviceFields,
  ...locationFields,
  ...readingFields,
  ...fieldWorkFields,
  ...insightFields,
  ...analyticsFields,
  ...quarantineFields,
  ...exportFields,
  ...bulkFields,
  ...peopleFields,
  ...keyFields,
  ...profileFields,
  ...workflowFields,
  ...workspaceFields,
  ...billingFields,
  ...serviceFields,
  ...everywhere,
];

/** Describes each field and query parameter of a document that has no description of its own. */
export function describeFields(document: JsonObject): JsonObject {
  const { schemas = {}, ...components } = document.components as { readonly schemas?: Record<string, JsonObject> };
  const described = Object.entries(schemas).map(([name, schema]) => [name, fieldsOf(schema, [name], schemas)]);
  return {
    ...document,
    paths: mapValues(document.paths, (path) => mapValues(path, parametersOf)),
    components: { ...components, schemas: Object.fromEntries(described) },
  };
}

const mapValues = (object: unknown, change: (value: JsonObject) => JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object as Record<string, JsonObject>).map(([key, value]) => [key, change(value)]));

function parametersOf({ operationId, parameters, ...operation }: JsonObject): JsonObject {
  const described = (parameters as readonly JsonObject[]).map((parameter) => {
    const { name, in: where, required, ...rest } = parameter;
    if (where !== 'query' || rest.description !== undefined) return parameter;
    return { name, in: where, required, ...about([String(operationId), String(name)]), ...rest };
  });
  return { operationId, ...operation, parameters: described };
}

type Schemas = Readonly<Record<string, JsonObject>>;

function fieldsOf(schema: JsonObject, path: readonly string[], schemas: Schemas): JsonObject {
  const inside = (child: unknown): unknown => fieldsOf(child as JsonObject, path, schemas);
  const { properties, items } = schema as { properties?: Record<string, JsonObject>; items?: JsonObject };
  const fields = Object.entries(properties ?? {}).map(([name, field]) => {
    const own = [...path, name];
    return [name, described(fieldsOf(field, own, schemas), own, schemas)] as const;
  });
  return {
    ...schema,
    ...(properties ? { properties: Object.fromEntries(fields) } : {}),
    ...(items ? { items: inside(items) } : {}),
    ...Object.fromEntries(
      ['allOf', 'oneOf', 'anyOf'].flatMap((key) =>
        Array.isArray(schema[key]) ? [[key, (schema[key] as unknown[]).map(inside)]] : [],
      ),
    ),
  };
}

/** A reference is described where it leads; if not there, `allOf` gives it a sibling. */
function described(field: JsonObject, path: readonly string[], schemas: Schemas): JsonObject {
  const { $ref } = field;
  if (field.description !== undefined) return field;
  if ($ref === undefined) return { ...field, ...about(path) };
  const target = schemas[String($ref).replace(/^.*\//, '')];
  const text = target?.description === undefined ? about(path) : {};
  return text.description === undefined ? field : { allOf: [field], ...text };
}

function about(path: readonly string[]): { readonly description?: string } {
  const [owner = ''] = path;
  const names = path.map((_, i) => path.slice(i).join('.'));
  const tables = fieldTexts.filter(({ of }) => of?.includes(owner) ?? true);
  const found = names.flatMap((name) =>
    tables.flatMap(({ texts }) => (Object.hasOwn(texts, name) ? [texts[name]!] : [])),
  );
  return found[0] === undefined ? {} : { description: found[0] };
}
