import type { RouteScope } from '../../shared/auth/scopes.ts';
import type { HttpMethod } from '../../shared/http/route.ts';

/**
 * Every endpoint that the contract promises, whether it is built or not. A line holds method, path, scope and errors.
 * The scope is that of a route (`public`, `session`, `any`, or a scope with the feature that it needs too). Errors are
 * the letters of the contract, then further errors as `status:CODE`. Errors that every route may have are omitted.
 */

/** N: unknown id in the path. V, V400: body. L: list parameters. M: `If-Match`. I: `Idempotency-Key`. */
export type ErrorLetter = 'N' | 'V' | 'V400' | 'L' | 'M' | 'I';

export interface ContractRow {
  readonly method: HttpMethod;
  readonly path: `/${string}`;
  /** The part of the contract that contains it. */
  readonly part: string;
  readonly scope: RouteScope;
  /** The feature that a workspace must have. */
  readonly feature: string | undefined;
  readonly letters: readonly ErrorLetter[];
  readonly problems: readonly { readonly status: number; readonly code: string }[];
}

const table = `
# service
GET    /api/v1/health public 503:SERVICE_UNAVAILABLE
GET    /openapi/openapi.json public
GET    /specs/{document} public 404:ROUTE_NOT_FOUND
GET    /api/v3/api-docs public 404:ROUTE_NOT_FOUND
GET    /docs public 404:ROUTE_NOT_FOUND
GET    /.well-known/jwks.json public

# identity
POST   /api/v1/auth/login public V 401:INVALID_CREDENTIALS 403:EMAIL_NOT_VERIFIED 403:USER_DISABLED 409:WORKSPACE_REQUIRED 429:RATE_LIMIT_EXCEEDED
POST   /api/v1/auth/refresh public V 401:TOKEN_INVALID 401:TOKEN_EXPIRED 401:TOKEN_REVOKED 401:REFRESH_TOKEN_REUSED 429:RATE_LIMIT_EXCEEDED
POST   /api/v1/auth/logout session 403:FORBIDDEN
POST   /api/v1/auth/change-password session V 400:PASSWORD_INCORRECT
GET    /api/v1/auth/me any
POST   /api/v1/auth/password-reset public V 429:RATE_LIMIT_EXCEEDED
POST   /api/v1/auth/password-reset/confirm public V 400:ONE_TIME_TOKEN_INVALID 429:RATE_LIMIT_EXCEEDED
POST   /api/v1/auth/verify-email public V 400:ONE_TIME_TOKEN_INVALID
POST   /api/v1/auth/resend-verification public V 429:RATE_LIMIT_EXCEEDED
POST   /api/v1/auth/signup public V 403:SIGNUP_DISABLED 429:RATE_LIMIT_EXCEEDED
POST   /api/v1/auth/accept-invitation public V 400:ONE_TIME_TOKEN_INVALID 403:QUOTA_EXCEEDED
GET    /api/v1/account/me account:read
PATCH  /api/v1/account/me account:write V M
DELETE /api/v1/account/me account:write 409:LAST_OWNER
GET    /api/v1/account/notifications account:read L
POST   /api/v1/account/notifications/{id}/read account:write N
POST   /api/v1/account/notifications/read-all account:write
POST   /api/v1/api-keys api_keys:write V I 422:SCOPE_NOT_GRANTABLE 403:QUOTA_EXCEEDED
GET    /api/v1/api-keys api_keys:read L
DELETE /api/v1/api-keys/{key_id} api_keys:delete N
GET    /api/v1/account/api-keys api_keys:read L
POST   /api/v1/account/api-keys api_keys:write V I 422:SCOPE_NOT_GRANTABLE 403:QUOTA_EXCEEDED
GET    /api/v1/account/api-keys/{key_id} api_keys:read N
PATCH  /api/v1/account/api-keys/{key_id} api_keys:write N V M 422:SCOPE_NOT_GRANTABLE
DELETE /api/v1/account/api-keys/{key_id} api_keys:delete N
POST   /api/v1/account/api-keys/{key_id}/rotate api_keys:write N V I 409:INVALID_TRANSITION
GET    /api/v1/users users:read L
POST   /api/v1/users users:write V I 409:EMAIL_TAKEN 403:FORBIDDEN 403:QUOTA_EXCEEDED
DELETE /api/v1/users/{user_id} users:delete N 409:SELF_DELETE 409:LAST_OWNER 403:FORBIDDEN
GET    /api/v1/workspaces workspace:read
PATCH  /api/v1/workspaces workspace:write V M 403:FORBIDDEN 409:CONFLICT
GET    /api/v1/workspaces/members users:read L
PATCH  /api/v1/workspaces/members/{user_id} users:write N V 403:FORBIDDEN 409:LAST_OWNER
DELETE /api/v1/workspaces/members/{user_id} users:delete N 409:SELF_DELETE 409:LAST_OWNER 403:FORBIDDEN
GET    /api/v1/workspaces/invitations users:read L
POST   /api/v1/workspaces/invitations users:write V I 409:EMAIL_TAKEN 403:QUOTA_EXCEEDED
DELETE /api/v1/workspaces/invitations/{id} users:delete N
GET    /api/v1/subscriptions/plans public
GET    /api/v1/subscriptions/current billing:read
GET    /api/v1/subscriptions/usage workspace:read V
GET    /api/v1/subscriptions/limits workspace:read
POST   /api/v1/subscriptions/checkout-session billing:write V I 501:BILLING_PROVIDER_NOT_CONFIGURED
POST   /api/v1/subscriptions/portal-session billing:write V I 501:BILLING_PROVIDER_NOT_CONFIGURED
POST   /api/v1/subscriptions/change-plan billing:write V I 409:INVALID_TRANSITION 501:BILLING_PROVIDER_NOT_CONFIGURED
POST   /api/v1/subscriptions/cancel billing:write V I 409:INVALID_TRANSITION 501:BILLING_PROVIDER_NOT_CONFIGURED
POST   /api/v1/subscriptions/reactivate billing:write I 409:INVALID_TRANSITION 501:BILLING_PROVIDER_NOT_CONFIGURED
GET    /api/v1/billing billing:read
GET    /api/v1/billing/invoices billing:read L
GET    /api/v1/billing/invoices/{id} billing:read N
GET    /api/v1/billing/payment-methods billing:read 501:BILLING_PROVIDER_NOT_CONFIGURED
POST   /api/v1/billing/provider-events public 401:SIGNATURE_INVALID 501:BILLING_PROVIDER_NOT_CONFIGURED
GET    /api/v1/audit-logs audit:read L V

# geofences
GET    /api/v1/geofences geofences:read 400:VALIDATION_ERROR 400:CURSOR_INVALID 400:OFFSET_TOO_LARGE
POST   /api/v1/geofences geofences:write V400 I 409:EXTERNAL_ID_EXISTS 403:QUOTA_EXCEEDED
PUT    /api/v1/geofences geofences:write V400 404:NOT_FOUND M 409:EXTERNAL_ID_EXISTS
DELETE /api/v1/geofences geofences:delete 400:VALIDATION_ERROR 404:NOT_FOUND M
POST   /api/v1/geofences/check geofences:read V400
POST   /api/v1/geofences/check/batch geofences:read V 413:BATCH_TOO_LARGE
GET    /api/v1/geofences/{id} geofences:read N
PUT    /api/v1/geofences/{id} geofences:write N V M 409:EXTERNAL_ID_EXISTS
PATCH  /api/v1/geofences/{id} geofences:write N V M 409:EXTERNAL_ID_EXISTS
DELETE /api/v1/geofences/{id} geofences:delete N M
POST   /api/v1/geofences/bulk geofences:write+BULK_IMPORT 403:FEATURE_NOT_ENABLED 409:DUPLICATE_GEOFENCE 413:BATCH_TOO_LARGE 413:PAYLOAD_TOO_LARGE 415:UNSUPPORTED_MEDIA_TYPE 422:MALFORMED_JSON 422:VALIDATION_ERROR 429:RATE_LIMIT_EXCEEDED I
GET    /api/v1/geofences/bulk/{batch_id} geofences:write N
POST   /api/v1/geofences/preview geofences:write+BULK_IMPORT V 403:FEATURE_NOT_ENABLED 413:BATCH_TOO_LARGE 429:RATE_LIMIT_EXCEEDED 503:GEOCODER_UNAVAILABLE
GET    /api/v1/geofences/{id}/events geofences:read N L
GET    /api/v1/geofences/{id}/cells geofences:read N V
POST   /api/v1/geofences/explain geofences:read V 404:NOT_FOUND
POST   /api/v1/geofences/simulate geofences:read V 404:NOT_FOUND 413:BATCH_TOO_LARGE 429:RATE_LIMIT_EXCEEDED
POST   /api/v1/geofences/sync/plans geofences:write V I 403:FEATURE_NOT_ENABLED 413:BATCH_TOO_LARGE 422:DELETE_GUARD
GET    /api/v1/geofences/sync/plans/{planId} geofences:write N L
POST   /api/v1/geofences/sync/plans/{planId}/apply geofences:write N I 409:SYNC_PLAN_STALE 409:INVALID_TRANSITION 410:SYNC_PLAN_EXPIRED 403:QUOTA_EXCEEDED
GET    /api/v1/ogc any
GET    /api/v1/ogc/conformance any
GET    /api/v1/ogc/api any
GET    /api/v1/ogc/collections any
GET    /api/v1/ogc/collections/{collectionId} geofences:read N
GET    /api/v1/ogc/collections/{collectionId}/items geofences:read N 400:VALIDATION_ERROR 400:CURSOR_INVALID
GET    /api/v1/ogc/collections/{collectionId}/items/{featureId} geofences:read N

# devices
GET    /api/v1/devices devices:read L
POST   /api/v1/devices devices:write V I 409:EXTERNAL_ID_EXISTS 403:QUOTA_EXCEEDED
GET    /api/v1/devices/{id} devices:read N
PATCH  /api/v1/devices/{id} devices:write N V M 409:INVALID_TRANSITION 409:EXTERNAL_ID_EXISTS
DELETE /api/v1/devices/{id} devices:delete N M
GET    /api/v1/devices/{id}/health devices:read N
POST   /api/v1/devices/registration/tokens devices:provision V I 404:NOT_FOUND 403:QUOTA_EXCEEDED
GET    /api/v1/devices/registration/tokens devices:provision L
DELETE /api/v1/devices/registration/tokens/{tokenId} devices:provision N 409:REGISTRATION_TOKEN_USED
POST   /api/v1/devices/provision public V 401:REGISTRATION_TOKEN_INVALID 409:REGISTRATION_TOKEN_USED 410:REGISTRATION_TOKEN_EXPIRED 410:REGISTRATION_TOKEN_REVOKED 422:CSR_INVALID 429:RATE_LIMIT_EXCEEDED
GET    /api/v1/devices/{id}/certificates certificates:read N L
POST   /api/v1/devices/{id}/certificates/rotate certificates:write N V I 422:CSR_INVALID 409:INVALID_TRANSITION
POST   /api/v1/devices/{id}/certificates/{certificateId}/revoke certificates:write N V 409:INVALID_TRANSITION
GET    /api/v1/devices/certificates/expiring certificates:read L
POST   /api/v1/devices/certificates/revoke certificates:write V I 404:NOT_FOUND 413:BATCH_TOO_LARGE
POST   /api/v1/devices/{id}/commands devices:command N V I 409:INVALID_TRANSITION
GET    /api/v1/devices/{id}/commands devices:read N L
GET    /api/v1/devices/{id}/commands/{commandId} devices:read N
POST   /api/v1/devices/{id}/sessions locations:write N V I 409:INVALID_TRANSITION
GET    /api/v1/devices/{id}/sessions locations:read N L
GET    /api/v1/devices/{id}/sessions/{sessionId} locations:read N
PATCH  /api/v1/devices/{id}/sessions/{sessionId} locations:write N V M
POST   /api/v1/devices/{id}/sessions/{sessionId}/pause locations:write N 409:INVALID_TRANSITION
POST   /api/v1/devices/{id}/sessions/{sessionId}/resume locations:write N 409:INVALID_TRANSITION
POST   /api/v1/devices/{id}/sessions/{sessionId}/end locations:write N
GET    /api/v1/devices/{id}/sessions/{sessionId}/locations locations:read N V
POST   /api/v1/devices/{id}/locations locations:write N V 413:BATCH_TOO_LARGE 403:QUOTA_EXCEEDED 429:QUOTA_THROTTLED
POST   /api/v1/devices/locations/batch locations:write V 413:BATCH_TOO_LARGE 403:QUOTA_EXCEEDED 429:QUOTA_THROTTLED
GET    /api/v1/devices/{id}/locations locations:read N V
GET    /api/v1/devices/{id}/events devices:read N L

# delivery
GET    /api/v1/webhooks webhooks:read L
POST   /api/v1/webhooks webhooks:write V I 422:URL_FORBIDDEN 403:QUOTA_EXCEEDED
GET    /api/v1/webhooks/{id} webhooks:read N
PATCH  /api/v1/webhooks/{id} webhooks:write N V M 422:URL_FORBIDDEN
DELETE /api/v1/webhooks/{id} webhooks:delete N M
POST   /api/v1/webhooks/{id}/test webhooks:write N V
POST   /api/v1/webhooks/{id}/rotate-secret webhooks:write N V I
GET    /api/v1/webhooks/event-types webhooks:read
GET    /api/v1/webhooks/{id}/deliveries webhooks:read N L
GET    /api/v1/webhooks/{id}/deliveries/{delivery_id} webhooks:read N
POST   /api/v1/webhooks/{id}/deliveries/{delivery_id}/retry webhooks:write N I 409:INVALID_TRANSITION
POST   /api/v1/webhooks/{id}/replay webhooks:write N V I 409:INVALID_TRANSITION
GET    /api/v1/webhooks/dead-letters webhooks:read L
GET    /api/v1/workflows workflows:read L
POST   /api/v1/workflows workflows:write V I 403:QUOTA_EXCEEDED
GET    /api/v1/workflows/{id} workflows:read N
PATCH  /api/v1/workflows/{id} workflows:write N V M
DELETE /api/v1/workflows/{id} workflows:delete N M
POST   /api/v1/workflows/{id}/activate workflows:write N V
POST   /api/v1/workflows/{id}/deactivate workflows:write N V
POST   /api/v1/workflows/{id}/test workflows:execute N V
POST   /api/v1/workflows/{id}/execute workflows:execute N V I
GET    /api/v1/workflows/{id}/executions workflows:read N L
GET    /api/v1/workflows/{id}/executions/{execution_id} workflows:read N
POST   /api/v1/workflows/{id}/executions/{execution_id}/retry workflows:execute N I 409:INVALID_TRANSITION
GET    /api/v1/workflows/{id}/versions workflows:read N L
POST   /api/v1/workflows/{id}/versions/{version_num}/restore workflows:write N I

# iot
GET    /api/v1/components topology:read L
POST   /api/v1/components topology:write V I 409:CONFLICT 403:QUOTA_EXCEEDED
GET    /api/v1/components/{id} topology:read N
PATCH  /api/v1/components/{id} topology:write N V M 409:CONFLICT
DELETE /api/v1/components/{id} topology:delete N M 409:IN_USE
GET    /api/v1/sensors topology:read L
POST   /api/v1/sensors topology:write V I 409:CONFLICT 403:QUOTA_EXCEEDED
GET    /api/v1/sensors/{id} topology:read N
PATCH  /api/v1/sensors/{id} topology:write N V M
DELETE /api/v1/sensors/{id} topology:delete N M 409:IN_USE
GET    /api/v1/device-groups topology:read L
POST   /api/v1/device-groups topology:write V I 409:CONFLICT
GET    /api/v1/device-groups/{id} topology:read N
PATCH  /api/v1/device-groups/{id} topology:write N V M 409:CONFLICT
DELETE /api/v1/device-groups/{id} topology:delete N M 409:IN_USE
GET    /api/v1/sites topology:read L
POST   /api/v1/sites topology:write V I 409:CONFLICT
GET    /api/v1/sites/{id} topology:read N
PATCH  /api/v1/sites/{id} topology:write N V M 409:CONFLICT
DELETE /api/v1/sites/{id} topology:delete N M 409:IN_USE
GET    /api/v1/config-artefacts config:read L
POST   /api/v1/config-artefacts config:write V I 422:SCHEMA_INVALID 409:INVALID_TRANSITION 410:UPLOAD_EXPIRED
POST   /api/v1/config-artefacts/upload-url config:write V I 413:FILE_TOO_LARGE 403:QUOTA_EXCEEDED
GET    /api/v1/config-artefacts/{id} config:read N
DELETE /api/v1/config-artefacts/{id} config:delete N 409:IN_USE
GET    /api/v1/desired-state-bindings config:read L
POST   /api/v1/desired-state-bindings config:write V I 409:CONFLICT
GET    /api/v1/desired-state-bindings/{id} config:read N
PATCH  /api/v1/desired-state-bindings/{id} config:write N V M
DELETE /api/v1/desired-state-bindings/{id} config:delete N M
GET    /api/v1/desired-state-bindings/{id}/devices config:read N L
GET    /api/v1/devices/{id}/desired-state config:read N
GET    /api/v1/sensor-profiles profiles:read L
POST   /api/v1/sensor-profiles profiles:write V I 409:VERSION_EXISTS 422:SCHEMA_INVALID
GET    /api/v1/sensor-profiles/{id} profiles:read N
DELETE /api/v1/sensor-profiles/{id} profiles:delete N 409:IN_USE
GET    /api/v1/device-profiles profiles:read L
POST   /api/v1/device-profiles profiles:write V I 409:VERSION_EXISTS 422:SCHEMA_INVALID
GET    /api/v1/device-profiles/{id} profiles:read N
DELETE /api/v1/device-profiles/{id} profiles:delete N 409:IN_USE
GET    /api/v1/packs profiles:read L
POST   /api/v1/packs profiles:write V I 409:CONFLICT 409:VERSION_EXISTS 422:SCHEMA_INVALID
GET    /api/v1/packs/{id} profiles:read N
DELETE /api/v1/packs/{id} profiles:delete N 409:IN_USE
GET    /api/schemas profiles:read L
GET    /api/schemas/{kind}/{id} profiles:read N
GET    /api/v1/readings/raw readings:read V 404:NOT_FOUND
GET    /api/v1/readings/aggregated readings:read V 404:NOT_FOUND
GET    /api/v1/readings/stats readings:read V 404:NOT_FOUND
POST   /api/v1/readings/batch readings:read V 404:NOT_FOUND
POST   /api/v1/readings readings:write V I 413:BATCH_TOO_LARGE 403:QUOTA_EXCEEDED 429:QUOTA_THROTTLED
GET    /api/v1/alert-rules alerts:read L
POST   /api/v1/alert-rules alerting:write V I 403:QUOTA_EXCEEDED
GET    /api/v1/alert-rules/{id} alerts:read N
PATCH  /api/v1/alert-rules/{id} alerting:write N V M
DELETE /api/v1/alert-rules/{id} alerting:delete N M
POST   /api/v1/alert-rules/simulate alerts:read V 404:NOT_FOUND 413:BATCH_TOO_LARGE 429:RATE_LIMIT_EXCEEDED
GET    /api/v1/alerts alerts:read L
GET    /api/v1/alerts/{id} alerts:read N
POST   /api/v1/alerts/{id}/acknowledge alerts:write N V 409:INVALID_TRANSITION
POST   /api/v1/alerts/{id}/resolve alerts:write N V 409:INVALID_TRANSITION
GET    /api/v1/notification-channels alerts:read L
POST   /api/v1/notification-channels alerting:write V I
GET    /api/v1/notification-channels/{id} alerts:read N
PATCH  /api/v1/notification-channels/{id} alerting:write N V M
DELETE /api/v1/notification-channels/{id} alerting:delete N M 409:IN_USE
POST   /api/v1/notification-channels/{id}/test alerting:write N I
GET    /api/v1/events events:read L
POST   /api/v1/events events:write V I 403:QUOTA_EXCEEDED 429:QUOTA_THROTTLED
GET    /api/v1/events/{id} events:read N
GET    /api/v1/annotations analytics:read L
POST   /api/v1/annotations analytics:write V I
GET    /api/v1/annotations/{id} analytics:read N
PATCH  /api/v1/annotations/{id} analytics:write N V M
DELETE /api/v1/annotations/{id} analytics:delete N M
GET    /api/v1/annotation-classes analytics:read L
POST   /api/v1/annotation-classes analytics:write V I 409:CONFLICT
GET    /api/v1/annotation-classes/{id} analytics:read N
PATCH  /api/v1/annotation-classes/{id} analytics:write N V M 409:CONFLICT
DELETE /api/v1/annotation-classes/{id} analytics:delete N M 409:IN_USE
GET    /api/v1/reference-pairs analytics:read L
POST   /api/v1/reference-pairs analytics:write V I
GET    /api/v1/reference-pairs/{id} analytics:read N
PATCH  /api/v1/reference-pairs/{id} analytics:write N V M
DELETE /api/v1/reference-pairs/{id} analytics:delete N M
GET    /api/v1/dashboards dashboards:read L
POST   /api/v1/dashboards dashboards:write V I 422:SCHEMA_INVALID
GET    /api/v1/dashboards/{id} dashboards:read N
PATCH  /api/v1/dashboards/{id} dashboards:write N V M 422:SCHEMA_INVALID
DELETE /api/v1/dashboards/{id} dashboards:delete N M
GET    /api/v1/cameras cameras:read L
POST   /api/v1/cameras cameras:write V I
GET    /api/v1/cameras/{id} cameras:read N
PATCH  /api/v1/cameras/{id} cameras:write N V M
DELETE /api/v1/cameras/{id} cameras:delete N M
GET    /api/v1/captures cameras:read L
GET    /api/v1/captures/{id} cameras:read N
DELETE /api/v1/captures/{id} cameras:delete N
GET    /api/v1/media-capture-rules cameras:read L
POST   /api/v1/media-capture-rules cameras:write V I
GET    /api/v1/media-capture-rules/{id} cameras:read N
PATCH  /api/v1/media-capture-rules/{id} cameras:write N V M
DELETE /api/v1/media-capture-rules/{id} cameras:delete N M
GET    /api/v1/dvr-clip-requests cameras:read L
POST   /api/v1/dvr-clip-requests cameras:write V I 409:INVALID_TRANSITION
GET    /api/v1/dvr-clip-requests/{id} cameras:read N
POST   /api/v1/live cameras:write V I 409:INVALID_TRANSITION
GET    /api/v1/live cameras:read L
GET    /api/v1/live/{id} cameras:read N
GET    /api/v1/live/{id}/playlist cameras:read N 409:INVALID_TRANSITION
DELETE /api/v1/live/{id} cameras:write N
GET    /api/v1/admin/quarantine quarantine:read L
GET    /api/v1/admin/quarantine/{id} quarantine:read N
DELETE /api/v1/admin/quarantine/{id} quarantine:delete N
GET    /api/v1/admin/quarantine/summary quarantine:read V
POST   /api/v1/admin/quarantine/replay quarantine:write V I
GET    /api/v1/admin/quarantine/replays/{replayId} quarantine:read N
GET    /api/v1/firmware firmware:read L
POST   /api/v1/firmware/upload-url firmware:write V I 413:FILE_TOO_LARGE 403:QUOTA_EXCEEDED
POST   /api/v1/firmware firmware:write V I 409:VERSION_EXISTS 409:INVALID_TRANSITION 410:UPLOAD_EXPIRED
GET    /api/v1/firmware/{id} firmware:read N
DELETE /api/v1/firmware/{id} firmware:delete N 409:IN_USE
GET    /api/v1/firmware/download/{token} public 404:NOT_FOUND 410:DOWNLOAD_TOKEN_EXPIRED

# field
GET    /api/v1/projects projects:read L
GET    /api/v1/projects/{project_id} projects:read N
POST   /api/v1/projects projects:write V I
DELETE /api/v1/projects/{project_id} projects:delete N 409:PROJECT_NOT_EMPTY
GET    /api/v1/forms forms:read L
GET    /api/v1/forms/{form_id} forms:read N
POST   /api/v1/forms forms:write V I 422:SCHEMA_INVALID 404:NOT_FOUND
PUT    /api/v1/forms/{form_id} forms:write N V M 422:SCHEMA_INVALID
POST   /api/v1/forms/{form_id}/publish forms:publish N I M 409:NOTHING_TO_PUBLISH 422:SCHEMA_INVALID
DELETE /api/v1/forms/{form_id} forms:delete N M
GET    /api/v1/forms/{form_id}/versions forms:read N
GET    /api/v1/forms/{form_id}/versions/{version_id} forms:read N
GET    /api/v1/forms/{form_id}/assignments forms:read N
PUT    /api/v1/forms/{form_id}/assignments forms:write N V
POST   /api/v1/forms/{form_id}/webhooks webhooks:write N V I 422:URL_FORBIDDEN 403:QUOTA_EXCEEDED
GET    /api/v1/forms/{form_id}/webhooks webhooks:read N
DELETE /api/v1/forms/{form_id}/webhooks/{webhook_id} webhooks:delete N
GET    /api/v1/submissions submissions:read L
GET    /api/v1/submissions/{submission_id} submissions:read N
POST   /api/v1/submissions submissions:create V 404:NOT_FOUND 409:LOCAL_UUID_CONFLICT 422:SUBMISSION_INVALID 422:FORM_NOT_PUBLISHED 403:QUOTA_EXCEEDED 429:QUOTA_THROTTLED
POST   /api/v1/submissions/bulk submissions:create V 413:BATCH_TOO_LARGE 403:QUOTA_EXCEEDED 429:QUOTA_THROTTLED
POST   /api/v1/media/upload media:write V 404:NOT_FOUND 413:FILE_TOO_LARGE 403:QUOTA_EXCEEDED
POST   /api/v1/media/uploads media:write V 404:NOT_FOUND 413:FILE_TOO_LARGE 403:QUOTA_EXCEEDED
POST   /api/v1/media/uploads/{media_file_id}/complete media:write N 409:INVALID_TRANSITION 410:UPLOAD_EXPIRED
GET    /api/v1/media/{media_id} media:read N
POST   /api/v1/settings/mobile/pairing-token mobile:pair 403:FORBIDDEN
GET    /api/v1/settings/mobile/devices mobile_devices:read
DELETE /api/v1/settings/mobile/devices/{device_id} mobile_devices:delete N
GET    /api/v1/settings/mobile/server-url settings:read
PUT    /api/v1/settings/mobile/server-url settings:write V
POST   /api/v1/mobile/pair public V 401:PAIRING_TOKEN_INVALID 403:QUOTA_EXCEEDED 429:RATE_LIMIT_EXCEEDED
GET    /api/v1/mobile/forms mobile:sync
GET    /api/v1/headless/projects headless:read
GET    /api/v1/headless/forms headless:read
GET    /api/v1/headless/forms/{form_id}/schema headless:read N
POST   /api/v1/headless/submit headless:submit V I 404:NOT_FOUND 409:LOCAL_UUID_CONFLICT 422:SUBMISSION_INVALID 403:QUOTA_EXCEEDED 429:QUOTA_THROTTLED

# exports
POST   /api/v1/exports exports:write V I 404:NOT_FOUND 403:SCOPE_MISSING
GET    /api/v1/exports/{id} exports:read N
GET    /api/v1/exports exports:read L
DELETE /api/v1/exports/{id} exports:delete N
GET    /api/v1/submissions/export/csv submissions:export 422:VALIDATION_ERROR 404:NOT_FOUND
GET    /api/v1/submissions/export/geojson submissions:export 422:VALIDATION_ERROR 404:NOT_FOUND
GET    /api/v1/submissions/export/gpx submissions:export 422:VALIDATION_ERROR 404:NOT_FOUND
GET    /api/v1/submissions/export/media submissions:export 422:VALIDATION_ERROR 404:NOT_FOUND
GET    /api/v1/submissions/export/package submissions:export 422:VALIDATION_ERROR 404:NOT_FOUND
`;

function rowOf(line: string, part: string): ContractRow {
  const [method, path, allowed, ...errors] = line.split(/ +/);
  const [scope, feature] = allowed!.split('+');
  const problems = errors.filter((error) => error.includes(':')).map((error) => error.split(':'));
  return {
    method: method as HttpMethod,
    path: path as `/${string}`,
    part,
    scope: scope as RouteScope,
    feature,
    letters: errors.filter((error) => !error.includes(':')) as ErrorLetter[],
    problems: problems.map(([status, code]) => ({ status: Number(status), code: code! })),
  };
}

function rowsOf(text: string): ContractRow[] {
  return text.split('# ').flatMap((section) => {
    const [part = '', ...lines] = section.split('\n');
    return lines.filter((line) => line !== '').map((line) => rowOf(line, part));
  });
}

export const contractRows: readonly ContractRow[] = rowsOf(table);
