import type * as z from 'zod';
import type { Route } from '../../shared/http/route.ts';
import { exampleBody } from '../security/rows.ts';

/**
 * The ids of entities in bodies and queries, found in the schemas: `.meta({ names: 'geofence' })` says what an id
 * names.
 */

type Where = 'body' | 'query';
type Step = string | number;

/**
 * Ids in a body or a query that say what the request is about, as a path does in other routes: an unknown one is 404.
 */
export const subjects = [
  'devices/create-token body deviceId',
  'devices/revoke-certificates body deviceIds.0',
  'devices/revoke-certificates body groupId',
  'devices/revoke-certificates body siteId',
  'exports/create body scopeId',
  'forms/create body project_id',
  'geofences/explain body geofenceId',
  'geofences/explain body deviceId',
  'geofences/delete-by-query query id',
  'geofences/simulate body geofences.0.id',
  'geofences/simulate body deviceIds.0',
  'geofences/update body id',
  'headless/submit body form_id',
  'readings/batch body sensorIds.0',
  'submissions/create body form_id',
];

/** Ids in items of a list, each of which is answered by itself: one of an unknown id has an error beside the others. */
export const itemwise: Readonly<Record<string, string>> = {
  'devices/report-location-batch body 0.deviceId': 'DEVICE_UNKNOWN',
  'readings/report body readings.0.sensorId': 'UNKNOWN_SENSOR',
  'submissions/create-bulk body 0.form_id': 'NOT_FOUND',
};

/** What a body must hold beside such an id, and what it may not. */
export const beside: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'quarantine/replay body ids.0': { filter: undefined },
  'devices/create-token body deviceId': { deviceName: undefined },
  'devices/revoke-certificates body groupId': { deviceIds: undefined },
  'devices/revoke-certificates body siteId': { deviceIds: undefined },
  'geofences/simulate body deviceIds.0': {
    track: undefined,
    from: '2026-03-20T00:00:00Z',
    to: '2026-03-21T00:00:00Z',
  },
};

export const titleOf = ({ where, path }: ReferenceAt): string => `${where} ${path.join('.')}`;

export interface ReferenceAt {
  readonly where: Where;
  readonly path: readonly Step[];
  /** The kind of entity that it names. */
  readonly names: string;
}

/**
 * The caller's own ids, which name nothing of ours, ids of any kind in the audit log, the id of a phone, which is kept as
 * sent, and that of a version, which must be one of the form beside it.
 */
const notOurs = [
  'externalId',
  'deviceExternalId',
  'customerId',
  'resource_id',
  'device_id',
  'form_version_id',
  'field_id',
];
/** Ids of the caller whose name is used for our ids elsewhere; they are returned as they were sent. */
const echoed = ['body points.0.id'];
/** Ids in a part of a body whose fields depend on its type; `workflow-calls.ts` and `workflows.test.ts` have calls with them. */
const ofTypedParts = /^body (?:steps\.0|trigger)\./;
const looksLikeAnId = /^ids?$|Ids?$|_ids?$/;

interface Met {
  readonly path: readonly Step[];
  readonly schema: z.ZodType;
}

interface Def {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly items?: readonly z.ZodType[];
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly left?: z.ZodType;
  readonly right?: z.ZodType;
  readonly getter?: () => z.ZodType;
}

/** Every schema inside a schema, with its path; items of lists at index 0. */
function* within(schema: z.ZodType, path: readonly Step[] = [], above: readonly z.ZodType[] = []): Generator<Met> {
  if (above.includes(schema)) return;
  yield { path, schema };
  const def = schema.def as unknown as Def;
  const inner = (child: z.ZodType | undefined, ...steps: Step[]) =>
    child ? within(child, [...path, ...steps], [...above, schema]) : [];
  for (const [name, child] of Object.entries(def.shape ?? {})) yield* inner(child, name);
  yield* inner(def.element, 0);
  yield* inner(def.valueType, 'any');
  for (const option of def.options ?? []) yield* inner(option);
  for (const [i, item] of (def.items ?? []).entries()) yield* inner(item, i);
  for (const same of [def.innerType, def.in, def.out, def.left, def.right, def.getter?.()]) yield* inner(same);
}

const parts = ({ body, query }: Route): [Where, z.ZodType][] => [
  ...(body ? [['body', body] as [Where, z.ZodType]] : []),
  ...(query ? [['query', query] as [Where, z.ZodType]] : []),
];

const metIn = (route: Route) =>
  parts(route).flatMap(([where, schema]) =>
    [...within(schema)].map((met) => ({ where, ...met, meta: met.schema.meta() })),
  );

/** Every place in the body and the query of a route where an id names an entity. */
export function referencesOf(route: Route): ReferenceAt[] {
  const found = metIn(route).flatMap(({ where, path, meta }) =>
    typeof meta?.names === 'string' ? [{ where, path, names: meta.names }] : [],
  );
  return [...new Map(found.map((one) => [`${one.where} ${one.path.join('.')}`, one])).values()];
}

/** Fields that look like ids but do not say what they name. */
export function mute(route: Route): string[] {
  const known = new Set(referencesOf(route).map(({ where, path }) => `${where} ${path.join('.')}`));
  const met = Map.groupBy(metIn(route), ({ where, path }) => `${where} ${path.join('.')}`);
  return [...met].flatMap(([at, [...schemas]]) => {
    const field = schemas[0]!.path.findLast((step) => typeof step === 'string') ?? '';
    const isClosed = schemas.some(
      ({ schema, meta }) => meta?.readOnly || ['enum', 'literal'].includes(schema.def.type),
    );
    const isKnown =
      known.has(at) ||
      known.has(`${at}.0`) ||
      notOurs.includes(String(field)) ||
      echoed.includes(at) ||
      ofTypedParts.test(at);
    return looksLikeAnId.test(String(field)) && !isClosed && !isKnown ? [at] : [];
  });
}

/** The value with a part replaced at a path; missing lists and objects on the way are created. */
export function withAt(value: unknown, [step, ...rest]: readonly Step[], set: unknown): unknown {
  if (step === undefined) return set;
  if (typeof step === 'number') {
    const list = Array.isArray(value) && value.length > 0 ? [...value] : [undefined];
    list[step] = withAt(list[step], rest, set);
    return list;
  }
  const object = (value ?? {}) as Record<string, unknown>;
  return { ...object, [step]: withAt(object[step], rest, set) };
}

/** The same place in every item of the lists on the way, if the value has them. */
function placesIn(value: unknown, [step, ...rest]: readonly Step[]): Step[][] {
  if (value === undefined || value === null) return [];
  if (step === undefined) return [[]];
  const steps = typeof step === 'number' && Array.isArray(value) ? [...value.keys()] : [step];
  return steps.flatMap((one) => placesIn((value as Record<Step, unknown>)[one], rest).map((place) => [one, ...place]));
}

/** Where a body has what a schema has at this path; the path itself if it has nothing there. */
export const placeIn = (body: unknown, path: readonly Step[]): readonly Step[] => placesIn(body, path)[0] ?? path;

/** The example of a route's body, in which every id is that of an existing entity; undefined omits its field. */
export async function filledExample(
  route: Route,
  idOf: (kind: string) => Promise<string | undefined>,
): Promise<unknown> {
  let body = exampleBody(route);
  for (const { where, path, names } of referencesOf(route)) {
    const places = where === 'body' ? placesIn(body, path) : [];
    for (const place of places) body = withAt(body, place, await idOf(names));
  }
  return body;
}
