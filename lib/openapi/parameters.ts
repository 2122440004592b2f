import { problemsOf } from '../../shared/http/problems.ts';
import type { Route } from '../../shared/http/route.ts';
import { demoIds } from '../demo/ids.ts';
import type { Components } from './components.ts';
import { answersNotModified } from './successes.ts';
import type { JsonObject } from './tidy.ts';

const header = (name: string, description: string, schema: JsonObject): JsonObject => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string', ...schema },
});

const version = String.raw`[ \t]*(\*|(W/)?"[^"\x00-\x20\x7f]*"|v?[0-9]{1,15})[ \t]*`;
/** What `readIfMatch` of `shared/http/conditional.ts` accepts. It stands here because no function needs it. */
export const ifMatchPattern = `^${version}(,${version})*$`;

const headers = {
  IfMatch: header(
    'If-Match',
    'The version that the object must have, as in `ETag`: `"v3"`, a list, or `*`. Otherwise the answer is 412.',
    { pattern: ifMatchPattern },
  ),
  IfNoneMatch: header('If-None-Match', 'Answer 304 if this is still the current version.', {}),
  IdempotencyKey: header(
    'Idempotency-Key',
    'Your name for this request. A retry with the same key within 24 hours gets the stored answer and has no further effect.',
    { minLength: 1, maxLength: 255, pattern: '^[!-~]([ -~]*[!-~])?$' },
  ),
  Prefer: header('Prefer', '`respond-async`: answer 202 at once; `Location` shows the progress.', {}),
  // Without `maxLength`, which would promise a refusal.
  ClientRequestId: header(
    'X-Client-Request-ID',
    'Your own id for this request; echoed if it has up to 128 printable characters of ASCII, else ignored.',
    {},
  ),
};

/** Values for required parameters in the forms of `/docs`: ids of the demo workspace. By path, up to the parameter. */
const pathExamples: Readonly<Record<string, string>> = {
  '/api/v1/account/api-keys/{key_id}': demoIds.apiKey,
  '/api/v1/annotation-classes/{id}': demoIds.annotationClass,
  '/api/v1/annotations/{id}': demoIds.annotation,
  '/api/v1/api-keys/{key_id}': demoIds.apiKey,
  '/api/v1/components/{id}': demoIds.component,
  '/api/v1/device-groups/{id}': demoIds.deviceGroup,
  '/api/v1/device-profiles/{id}': demoIds.deviceProfile,
  '/api/v1/devices/registration/tokens/{tokenId}': demoIds.registrationToken,
  '/api/v1/devices/{id}': demoIds.device,
  '/api/v1/devices/{id}/commands/{commandId}': demoIds.command,
  '/api/v1/devices/{id}/sessions/{sessionId}': demoIds.session,
  '/api/v1/forms/{form_id}': demoIds.form,
  '/api/v1/forms/{form_id}/versions/{version_id}': demoIds.formVersion,
  '/api/v1/geofences/{id}': demoIds.geofence,
  '/api/v1/headless/forms/{form_id}': demoIds.form,
  '/api/v1/notification-channels/{id}': demoIds.notificationChannel,
  '/api/v1/ogc/collections/{collectionId}': 'geofences',
  '/api/v1/ogc/collections/{collectionId}/items/{featureId}': demoIds.geofence,
  '/api/v1/reference-pairs/{id}': demoIds.referencePair,
  '/api/v1/sensor-profiles/{id}': demoIds.sensorProfile,
  '/api/v1/sensors/{id}': demoIds.sensor,
  '/api/v1/projects/{project_id}': demoIds.project,
  '/api/v1/sites/{id}': demoIds.site,
  '/api/v1/submissions/{submission_id}': demoIds.submission,
  '/api/v1/users/{user_id}': demoIds.user,
  '/api/v1/workflows/{id}': demoIds.workflow,
  '/api/v1/workspaces/invitations/{id}': demoIds.invitation,
  '/api/v1/workspaces/members/{user_id}': demoIds.user,
};

/** Examples of query parameters, by operation and parameter. */
const queryExamples: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...Object.fromEntries(
    ['Csv', 'GeoJson', 'Gpx', 'Media', 'Package'].map((kind) => [
      `exportSubmissions${kind}`,
      { form_id: demoIds.form },
    ]),
  ),
  aggregateReadings: { sensorId: demoIds.sensor, interval: '1h' },
  listRawReadings: { sensorId: demoIds.sensor },
  removeGeofence: { id: demoIds.geofence },
  summarizeReadings: { sensorId: demoIds.sensor },
};

/** Path, query and header parameters of a route, in this order. */
export function parametersOf(components: Components, route: Route): JsonObject[] {
  const shared = (name: keyof typeof headers) => components.share('parameters', name, headers[name]);
  const conditional = problemsOf(route).has('PRECONDITION_FAILED');
  return [
    ...pathParameters(route),
    ...queryParameters(components, route),
    ...(conditional ? [shared('IfMatch')] : []),
    ...(answersNotModified(components, route) ? [shared('IfNoneMatch')] : []),
    ...(route.respondsAsync ? [shared('Prefer')] : []),
    ...(route.idempotent ? [shared('IdempotencyKey')] : []),
    shared('ClientRequestId'),
  ];
}

function pathParameters({ path, params = {} }: Route): JsonObject[] {
  const segments = path.split('/');
  return segments.flatMap((segment, i) => {
    const [, name] = /^\{(.+)\}$/.exec(segment) ?? [];
    if (!name) return [];
    const example = pathExamples[segments.slice(0, i + 1).join('/')];
    const { description, ...schema } = {
      ...(params[name] ?? idOf(name, segments[i - 1])),
      ...(example === undefined ? {} : { example }),
    };
    return [{ name, in: 'path', required: true, description, schema: { type: 'string', ...schema } }];
  });
}

/** `{batch_id}` is the id of a batch, and `{id}` in `/geofences/{id}` that of a geofence. */
function idOf(name: string, before = ''): { readonly description: string; readonly format: 'uuid' } {
  const ofWhat = name === 'id' ? before.replace(/s$/, '') : name.replace(/_?id$/i, '');
  return { description: `Id of the ${ofWhat.replaceAll(/[-_]/g, ' ').toLowerCase()}.`, format: 'uuid' };
}

function queryParameters(components: Components, route: Route): JsonObject[] {
  if (!route.query) return [];
  const { properties = {}, required = [] } = components.inline(route.query, 'input');
  return Object.entries(properties as Record<string, JsonObject>).map(
    ([name, { description, explode, example, ...schema }]) => {
      const isRequired = (required as string[]).includes(name);
      const filled = queryExamples[route.operationId]?.[name] ?? example;
      // Forms are filled with examples, and one in an optional filter hides everything.
      const shown = isRequired || example === undefined ? undefined : `Such as \`${example}\`.`;
      const text = [description, shown].filter(Boolean).join(' ');
      return {
        name,
        in: 'query',
        required: isRequired,
        ...(text === '' ? {} : { description: text }),
        // The style of an array belongs to the parameter, but only its schema can define it.
        ...(explode === undefined ? {} : { explode }),
        schema: { ...schema, ...(isRequired && filled !== undefined ? { example: filled } : {}) },
      };
    },
  );
}
