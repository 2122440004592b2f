import { pascal } from '../../../lib/openapi/successes.ts';
import { everyObject, type Json, resolvedIn } from './walk.ts';

/** Rules against constructs that have broken generated clients; each rule returns one sentence per fault. */

type Rule = (document: Json) => string[];

const schemasOf = (document: Json): [string, Json][] => Object.entries(document.components.schemas);
const operationsOf = (document: Json): Json[] =>
  Object.values<Json>(document.paths).flatMap((path) => Object.values<Json>(path));
const parametersOf = (document: Json, operation: Json): Json[] =>
  operation.parameters.map((one: Json) => resolvedIn(document, one));
/** The name that generators give to a component, a property or an operation. */
const typeName = (name: string) => pascal(`_${name.replaceAll(/[^A-Za-z0-9]+/g, '_')}`);

/** Schemas inside of a schema, with their paths; references are not followed. */
function* inside(schema: Json, path: readonly string[]): Generator<[readonly string[], Json]> {
  yield [path, schema];
  for (const [name, property] of Object.entries<Json>(schema.properties ?? {}))
    yield* inside(property, [...path, name]);
  for (const key of ['items', 'additionalProperties', 'not']) {
    if (typeof schema[key] === 'object') yield* inside(schema[key], path);
  }
  for (const key of ['anyOf', 'oneOf', 'allOf']) for (const member of schema[key] ?? []) yield* inside(member, path);
}

/** Generated Go code uses these names for constructors and for nullable types. */
const constructors: Rule = (document) => {
  const names = new Set(schemasOf(document).map(([name]) => name));
  return [...names].flatMap((name) => {
    const [, of = ''] = /^(?:New|Nullable)(.+?)(?:WithDefaults)?$/.exec(name) ?? [];
    return names.has(of) ? [`${name} is what Go calls the constructor of ${of}`] : [];
  });
};

/** oapi-codegen uses these names for the results of operations. */
const operationResponses: Rule = (document) => {
  const taken = new Set(operationsOf(document).map(({ operationId }) => `${typeName(operationId)}Response`));
  return schemasOf(document).flatMap(([name]) =>
    taken.has(name) ? [`${name} is what Go calls an operation's answer`] : [],
  );
};

/** An enum or object without a name is named by its path, so `error_code` and `error.code` would get the same name. */
const joinedNames: Rule = (document) => {
  const seen = new Map<string, string>(schemasOf(document).map(([name]) => [typeName(name), name]));
  const faults: string[] = [];
  for (const [component, schema] of schemasOf(document)) {
    for (const [path, part] of inside(schema, [component])) {
      if (path.length === 1 || !(part.enum || part.properties)) continue;
      const [name, where] = [path.map(typeName).join(''), path.join('.')];
      const before = seen.get(name);
      if (before !== undefined && before !== where) faults.push(`${where} and ${before} are both called ${name}`);
      seen.set(name, where);
    }
  }
  return faults;
};

/** Go writes the default of an enum that may be null as a constant that it does not define. */
const nullableDefaults: Rule = (document) =>
  schemasOf(document).flatMap(([component, schema]) =>
    [...inside(schema, [component])]
      .filter(([, part]) => part.enum && part.nullable && part.default !== undefined)
      .map(([path]) => `${path.join('.')} may be null and has a default`),
  );

/** Rust and Java name a branch of a union by its name or title, and Java has no name for a list. */
const branches: Rule = (document) =>
  schemasOf(document).flatMap(([component, schema]) =>
    [...inside(schema, [component])].flatMap(([path, { oneOf, anyOf }]) =>
      (oneOf ?? anyOf ?? []).flatMap((branch: Json) =>
        (branch.$ref || branch.title) && branch.type !== 'array' ? [] : [`a branch of ${path.join('.')} has no name`],
      ),
    ),
  );

/** Generated clients send defaults with every request, and a cursor excludes these. */
const sentDefaults: Rule = (document) =>
  operationsOf(document).flatMap((operation) =>
    parametersOf(document, operation).flatMap(({ name, schema }) =>
      ['offset', 'skip'].includes(name) && schema.default !== undefined
        ? [`${operation.operationId} has a default of ${name}`]
        : [],
    ),
  );

/** Names that end like an id but are not our ids: they come from a caller or a provider, or have no fixed format. */
const foreignIds = new Set([
  ...[
    'externalId',
    'deviceExternalId',
    'customerId',
    'request_id',
    'resource_id',
    'plan_id',
    'session_id',
    // `evt_` and the UUID of what happened.
    'event_id',
    'trigger_event_id',
    'collectionId',
  ],
  ...['GeofenceBatchPoint.id', 'GeofenceBatchMatches.id', 'GeofenceBatchError.id', 'GeofenceCellFeatures.features.id'],
  ...['Invoice.id', 'getInvoice.id', 'PaymentMethod.id', 'Plan.id', 'OgcCollection.id'],
  // Written by the author of a workflow; those of things may be templates.
  ...[
    'ConditionStep.id',
    'DelayStep.id',
    'WebhookStep.id',
    'EmailStep.id',
    'NotificationStep.id',
    'CommandStep.id',
    'UpdateGeofenceStep.id',
    'CreateEventStep.id',
    'ExecutionStep.id',
  ],
  ...['CommandStep.config.device_id', 'UpdateGeofenceStep.config.geofence_id'],
  // Written by the author of a form.
  ...['FormSchema', 'FormDraft.schema', 'FormChange.schema'].map((schema) => `${schema}.fields.id`),
  'MediaForm.field_id',
  'SubmissionMedia.field_id',
  'UploadDraft.field_id',
  ...['SubmissionFeature.id', 'LinkedSubmissionFeature.id'],
  ...['TrackFeature.id', 'LinkedTrackFeature.id', 'revokeDeviceCertificate.certificateId'],
]);
const isId = (name: string, where: string) =>
  /^id$|Ids?$|_ids?$/.test(name) && !foreignIds.has(name) && !foreignIds.has(where);

/** Certificates are known by the broker's id. */
const fingerprint = '^[0-9a-f]{64}$';

/** An id that is a UUID in one place and a text in another cannot be passed on in typed languages. */
const idFormats: Rule = (document) => {
  const ofSchemas = schemasOf(document).flatMap(([component, schema]) =>
    [...inside(schema, [component])].flatMap(([path, { properties = {} }]) =>
      Object.entries<Json>(properties).map(([name, property]) => [name, [...path, name].join('.'), property] as const),
    ),
  );
  const ofParameters = operationsOf(document).flatMap((operation) =>
    parametersOf(document, operation).map(
      ({ name, schema }) => [name, `${operation.operationId}.${name}`, schema] as const,
    ),
  );
  return [...ofSchemas, ...ofParameters].flatMap(([name, where, schema]) =>
    !isId(name, where) ||
    schema.readOnly ||
    schema.pattern === fingerprint ||
    [schema.format, schema.items?.format].includes('uuid')
      ? []
      : [`${where} is an id without "format: uuid", and not in foreignIds of test/lib/openapi/client-rules.ts`],
  );
};

const hosts: Rule = ({ servers }) =>
  servers.flatMap(({ url }: Json) => (/^https?:\/\/[^/]/.test(url) ? [] : [`the server "${url}" has no host`]));

const examples: Rule = (document) =>
  operationsOf(document).flatMap(({ operationId, responses }) =>
    Object.entries<Json>(responses).flatMap(([status, response]) => {
      const { content = {} } = resolvedIn(document, response);
      return Object.values<Json>(content).flatMap(({ example, examples }) =>
        example === undefined && examples === undefined ? [`${operationId} ${status} has no example`] : [],
      );
    }),
  );

/** A ring is closed and has an area: generated data that has neither is refused. */
const rings: Rule = (document) =>
  [...everyObject(document.components.schemas)].flatMap(({ properties }) => {
    const [type] = properties?.type?.enum ?? [];
    const polygon = type === 'MultiPolygon' ? properties.coordinates.items : properties?.coordinates;
    if (!['Polygon', 'MultiPolygon'].includes(type)) return [];
    return polygon.items.minItems === 4 ? [] : [`a ring of a ${type} may have fewer than 4 positions`];
  });

export const clientRules = {
  constructors,
  operationResponses,
  joinedNames,
  nullableDefaults,
  branches,
  sentDefaults,
  idFormats,
  hosts,
  examples,
  rings,
} satisfies Record<string, Rule>;
