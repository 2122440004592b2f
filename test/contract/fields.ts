/**
 * The fields that the contract gives each endpoint, whether it is built or not: query parameters, fields of bodies, and
 * the fields that plain resources show. A line holds method and path, then the names.
 */

/**
 * What requests may contain. `?` begins the name of a query parameter: `?list` and `?series` stand for the parameters of
 * every list and every series. `*` ends the name of a field that must be given. Read-only fields, which bodies may
 * contain and which change nothing, are omitted. A body that is an array has the fields of its items.
 */
const accepted = `
# service

# identity
POST   /api/v1/auth/login email* password* workspace
POST   /api/v1/auth/refresh refresh_token*
POST   /api/v1/auth/change-password current_password* new_password*
POST   /api/v1/auth/password-reset email* workspace
POST   /api/v1/auth/password-reset/confirm token* new_password*
POST   /api/v1/auth/verify-email token*
POST   /api/v1/auth/resend-verification email* workspace
POST   /api/v1/auth/signup email* password* name workspace_name*
POST   /api/v1/auth/accept-invitation token* password* name
PATCH  /api/v1/account/me name locale timezone notification_preferences
GET    /api/v1/account/notifications ?list ?unread_only
POST   /api/v1/api-keys name* scopes expires_at allowed_cidrs
GET    /api/v1/api-keys ?list ?skip
GET    /api/v1/account/api-keys ?list ?status ?expiring_within_days
POST   /api/v1/account/api-keys name* description scopes allowed_cidrs expires_at rate_limit_per_hour role
PATCH  /api/v1/account/api-keys/{key_id} name description scopes allowed_cidrs expires_at rate_limit_per_hour
POST   /api/v1/account/api-keys/{key_id}/rotate grace_period_hours
GET    /api/v1/users ?list ?skip ?role ?status
POST   /api/v1/users email* password* role* name
PATCH  /api/v1/workspaces name slug logo_url website billing_email support_email description timezone unit_system api_key_brand access_token_ttl_seconds key_max_lifetime_days require_email_verification bulk_create_max_batch_size late_window_hours certificate_lifetime_days location_retention_days media_max_bytes server_url geocoding
GET    /api/v1/workspaces/members ?list ?role
PATCH  /api/v1/workspaces/members/{user_id} role status
GET    /api/v1/workspaces/invitations ?list
POST   /api/v1/workspaces/invitations email* role*
GET    /api/v1/subscriptions/usage ?period
POST   /api/v1/subscriptions/checkout-session plan_id* success_url* cancel_url*
POST   /api/v1/subscriptions/portal-session return_url*
POST   /api/v1/subscriptions/change-plan plan_id* preview
POST   /api/v1/subscriptions/cancel at_period_end
GET    /api/v1/billing/invoices ?list
GET    /api/v1/audit-logs ?list ?action ?actor ?resource_type ?resource_id ?from ?to

# geofences
GET    /api/v1/geofences ?list ?status ?tag ?group ?externalId ?bbox ?near
POST   /api/v1/geofences name* description latitude longitude radiusMeters triggerOn dwellMinutes cooldownMs action status geometry tags groupName metadata externalId noise detectCrossing
PUT    /api/v1/geofences id* name description latitude longitude radiusMeters triggerOn dwellMinutes cooldownMs action status geometry tags groupName metadata externalId noise detectCrossing
DELETE /api/v1/geofences ?id
POST   /api/v1/geofences/check latitude* longitude* customerId
POST   /api/v1/geofences/check/batch points*
PUT    /api/v1/geofences/{id} name* description latitude longitude radiusMeters triggerOn dwellMinutes cooldownMs action status geometry tags groupName metadata externalId noise detectCrossing
PATCH  /api/v1/geofences/{id} name description latitude longitude radiusMeters triggerOn dwellMinutes cooldownMs action status geometry tags groupName metadata externalId noise detectCrossing
POST   /api/v1/geofences/bulk items* dedup_strategy
POST   /api/v1/geofences/preview items* dedup_strategy
GET    /api/v1/geofences/{id}/events ?list ?type ?late ?from ?to ?deviceId ?actionFired
GET    /api/v1/geofences/{id}/cells ?format
POST   /api/v1/geofences/explain latitude* longitude* accuracyMeters geofenceId deviceId at
POST   /api/v1/geofences/simulate geofences* deviceIds from to track startState
POST   /api/v1/geofences/sync/plans items* createMissing updateExisting deleteMissing scope maxDeleteFraction
GET    /api/v1/geofences/sync/plans/{planId} ?list
GET    /api/v1/ogc/collections/{collectionId}/items ?limit ?cursor ?bbox ?datetime ?status ?groupName ?externalId ?deviceId ?kind ?siteId ?group ?tag

# devices
GET    /api/v1/devices ?list ?status ?kind ?siteId ?groupId ?deviceProfileId ?tag ?externalId ?connected ?insideGeofenceId
POST   /api/v1/devices name* externalId kind siteId deviceProfileId deviceProfileVersion tags metadata location
PATCH  /api/v1/devices/{id} name externalId kind status siteId deviceProfileId deviceProfileVersion tags metadata location
POST   /api/v1/devices/registration/tokens deviceName siteId deviceProfileId deviceId expiresInHours
GET    /api/v1/devices/registration/tokens ?list ?status
POST   /api/v1/devices/provision token* csr*
GET    /api/v1/devices/{id}/certificates ?list
POST   /api/v1/devices/{id}/certificates/rotate csr* overlapHours
POST   /api/v1/devices/{id}/certificates/{certificateId}/revoke reason
GET    /api/v1/devices/certificates/expiring ?list ?withinDays
POST   /api/v1/devices/certificates/revoke deviceIds groupId siteId reason*
POST   /api/v1/devices/{id}/commands type* payload timeoutSeconds
GET    /api/v1/devices/{id}/commands ?list ?status ?type
POST   /api/v1/devices/{id}/sessions name metadata startedAt
GET    /api/v1/devices/{id}/sessions ?list ?status ?from ?to
PATCH  /api/v1/devices/{id}/sessions/{sessionId} name metadata notes
GET    /api/v1/devices/{id}/sessions/{sessionId}/locations ?series
POST   /api/v1/devices/{id}/locations latitude* longitude* accuracyMeters altitudeMeters speedMps headingDegrees batteryPercent metadata recordedAt
POST   /api/v1/devices/locations/batch latitude* longitude* accuracyMeters altitudeMeters speedMps headingDegrees batteryPercent metadata recordedAt deviceId deviceExternalId
GET    /api/v1/devices/{id}/locations ?series ?order
GET    /api/v1/devices/{id}/events ?list ?type ?late ?from ?to ?geofenceId

# delivery
GET    /api/v1/webhooks ?list ?is_active ?event ?kind
POST   /api/v1/webhooks name* url* events* filter headers auth timeout_seconds max_attempts rate_limit_per_minute is_active secret
PATCH  /api/v1/webhooks/{id} name url events filter headers auth timeout_seconds max_attempts rate_limit_per_minute is_active
POST   /api/v1/webhooks/{id}/test event_type
POST   /api/v1/webhooks/{id}/rotate-secret overlap_hours secret
GET    /api/v1/webhooks/{id}/deliveries ?list ?status ?event_type ?from ?to
POST   /api/v1/webhooks/{id}/replay from* to* status
GET    /api/v1/webhooks/dead-letters ?list ?webhook_id ?from ?to
GET    /api/v1/workflows ?list ?is_active ?trigger_type ?search
POST   /api/v1/workflows name* description cooldown_seconds trigger* steps*
PATCH  /api/v1/workflows/{id} name description cooldown_seconds trigger steps
POST   /api/v1/workflows/{id}/deactivate cancel_waiting
POST   /api/v1/workflows/{id}/test event
POST   /api/v1/workflows/{id}/execute event*
GET    /api/v1/workflows/{id}/executions ?list ?status ?mode ?from ?to
GET    /api/v1/workflows/{id}/versions ?list

# iot
GET    /api/v1/components ?list ?deviceId ?sensorProfileId
POST   /api/v1/components deviceId* name* sensorProfileId sensorProfileVersion metadata
PATCH  /api/v1/components/{id} name sensorProfileId sensorProfileVersion metadata
GET    /api/v1/sensors ?list ?deviceId ?componentId ?key ?valueType
POST   /api/v1/sensors componentId* key* valueType* name unit min max metadata
PATCH  /api/v1/sensors/{id} name unit min max metadata
GET    /api/v1/device-groups ?list ?search
POST   /api/v1/device-groups name* description query deviceIds
PATCH  /api/v1/device-groups/{id} name description query deviceIds
GET    /api/v1/sites ?list ?search
POST   /api/v1/sites name* address latitude longitude timezone geofenceId metadata
PATCH  /api/v1/sites/{id} name address latitude longitude timezone geofenceId metadata
GET    /api/v1/config-artefacts ?list ?key ?latestOnly
POST   /api/v1/config-artefacts key* content uploadId contentType deviceProfileId sensorProfileId note
POST   /api/v1/config-artefacts/upload-url contentType* sizeBytes* sha256*
GET    /api/v1/desired-state-bindings ?list ?targetType ?targetId ?artefactId ?key
POST   /api/v1/desired-state-bindings artefactId firmwareId targetType* targetId* perMinute maxFailures
PATCH  /api/v1/desired-state-bindings/{id} artefactId firmwareId perMinute maxFailures halted
GET    /api/v1/desired-state-bindings/{id}/devices ?list ?inSync
GET    /api/v1/sensor-profiles ?list ?name ?latestOnly
POST   /api/v1/sensor-profiles name* version* description sensors* configSchema
GET    /api/v1/sensor-profiles/{id} ?version
DELETE /api/v1/sensor-profiles/{id} ?version
GET    /api/v1/device-profiles ?list ?name ?latestOnly
POST   /api/v1/device-profiles name* version* description components* configSchema
GET    /api/v1/device-profiles/{id} ?version
DELETE /api/v1/device-profiles/{id} ?version
GET    /api/v1/packs ?list ?search
POST   /api/v1/packs manifest* dryRun
GET    /api/schemas ?list
GET    /api/schemas/{kind}/{id} ?version
GET    /api/v1/readings/raw ?series ?sensorId ?order
GET    /api/v1/readings/aggregated ?sensorId ?from ?to ?interval ?functions ?timezone
GET    /api/v1/readings/stats ?sensorId ?from ?to
POST   /api/v1/readings/batch sensorIds* view from to order limit interval functions timezone
POST   /api/v1/readings deviceId* readings*
GET    /api/v1/alert-rules ?list ?enabled ?sensorId ?deviceId ?severity
POST   /api/v1/alert-rules name* scope* condition* severity cooldownSeconds autoResolve channelIds enabled
PATCH  /api/v1/alert-rules/{id} name scope condition severity cooldownSeconds autoResolve channelIds enabled
POST   /api/v1/alert-rules/simulate rule* from* to*
GET    /api/v1/alerts ?list ?status ?severity ?ruleId ?deviceId ?sensorId ?from ?to
POST   /api/v1/alerts/{id}/acknowledge note
POST   /api/v1/alerts/{id}/resolve note
GET    /api/v1/notification-channels ?list ?type
POST   /api/v1/notification-channels name* type* config* enabled
PATCH  /api/v1/notification-channels/{id} name config enabled
GET    /api/v1/events ?list ?type ?source ?severity ?deviceId ?siteId ?geofenceId ?sensorId ?from ?to
POST   /api/v1/events type* occurredAt severity deviceId siteId data
GET    /api/v1/annotations ?list ?scopeType ?scopeId ?classId ?source ?from ?to
POST   /api/v1/annotations classId* scopeType* scopeId* from* to source values note confidence
PATCH  /api/v1/annotations/{id} from to values note confidence
GET    /api/v1/annotation-classes ?list ?search
POST   /api/v1/annotation-classes name* description color allowedScopes fields
PATCH  /api/v1/annotation-classes/{id} name description color allowedScopes fields
GET    /api/v1/reference-pairs ?list ?componentId
POST   /api/v1/reference-pairs name* primaryComponentId* referenceComponentId* from* to
PATCH  /api/v1/reference-pairs/{id} name primaryComponentId referenceComponentId from to
GET    /api/v1/dashboards ?list ?search
POST   /api/v1/dashboards name* description columns widgets
PATCH  /api/v1/dashboards/{id} name description columns widgets
GET    /api/v1/cameras ?list ?deviceId ?siteId ?status
POST   /api/v1/cameras deviceId* name* retentionDays metadata
PATCH  /api/v1/cameras/{id} name retentionDays metadata
GET    /api/v1/captures ?list ?cameraId ?ruleId ?kind ?status ?from ?to
GET    /api/v1/media-capture-rules ?list ?enabled ?cameraId
POST   /api/v1/media-capture-rules name* cameraIds* match* kind preRollSeconds postRollSeconds cooldownSeconds maxPerHour enabled
PATCH  /api/v1/media-capture-rules/{id} name cameraIds match kind preRollSeconds postRollSeconds cooldownSeconds maxPerHour enabled
GET    /api/v1/dvr-clip-requests ?list ?cameraId ?status
POST   /api/v1/dvr-clip-requests cameraId* from* to*
POST   /api/v1/live cameraId* ttlSeconds
GET    /api/v1/live ?list ?cameraId ?status
GET    /api/v1/admin/quarantine ?list ?cause ?deviceId ?key ?status ?from ?to
GET    /api/v1/admin/quarantine/summary ?from ?to
POST   /api/v1/admin/quarantine/replay ids filter dryRun
GET    /api/v1/firmware ?list ?deviceProfileId ?name
POST   /api/v1/firmware/upload-url sizeBytes* sha256* contentType
POST   /api/v1/firmware name* version* uploadId* deviceProfileId notes

# field
GET    /api/v1/projects ?list ?skip
POST   /api/v1/projects name* description
GET    /api/v1/forms ?list ?skip ?project_id ?status
POST   /api/v1/forms project_id* name* schema*
PUT    /api/v1/forms/{form_id} name schema
PUT    /api/v1/forms/{form_id}/assignments user_ids roles
POST   /api/v1/forms/{form_id}/webhooks url* secret
GET    /api/v1/submissions ?list ?skip ?form_id ?start_date ?end_date ?project_id ?device_id ?source
POST   /api/v1/submissions form_id* form_version_id local_uuid* data* device_id collected_at
POST   /api/v1/submissions/bulk form_id* form_version_id local_uuid* data* device_id collected_at
POST   /api/v1/media/uploads filename* content_type* size_bytes* submission_local_uuid* field_id*
PUT    /api/v1/settings/mobile/server-url server_url*
POST   /api/v1/mobile/pair token* device_label*
GET    /api/v1/headless/forms ?project_id
POST   /api/v1/headless/submit form_id* data_json* collected_at local_uuid

# exports
POST   /api/v1/exports scopeType* scopeId* from to includes* format
GET    /api/v1/exports ?list ?status ?scopeType ?scopeId
GET    /api/v1/submissions/export/csv ?form_id ?from ?to
GET    /api/v1/submissions/export/geojson ?form_id ?from ?to
GET    /api/v1/submissions/export/gpx ?form_id ?from ?to
GET    /api/v1/submissions/export/media ?form_id ?from ?to
GET    /api/v1/submissions/export/package ?form_id ?from ?to
`;

/** What plain resources show, beside the fields that every resource has: id, workspace, instants, version. */
const shown = `
GET    /api/v1/devices/{id} name externalId kind status siteId deviceProfileId deviceProfileVersion tags metadata location activeSessionId certificateId userId firmwareVersion connected lastLocation insideGeofenceIds lastSeenAt
GET    /api/v1/webhooks/{id} kind form_id name url events filter headers auth secret_hint timeout_seconds max_attempts rate_limit_per_minute is_active disabled_reason stats
GET    /api/v1/workflows/{id} name description is_active version_num cooldown_seconds trigger steps stats
GET    /api/v1/components/{id} deviceId name sensorProfileId sensorProfileVersion metadata
GET    /api/v1/sensors/{id} deviceId componentId key valueType name unit min max metadata lastValue lastReadingAt
GET    /api/v1/device-groups/{id} name description query deviceIds memberCount
GET    /api/v1/sites/{id} name address latitude longitude timezone geofenceId metadata
GET    /api/v1/desired-state-bindings/{id} key artefactId firmwareId targetType targetId perMinute maxFailures halted
GET    /api/v1/alert-rules/{id} name scope condition severity cooldownSeconds autoResolve channelIds enabled
GET    /api/v1/notification-channels/{id} name type config enabled
GET    /api/v1/annotations/{id} classId scopeType scopeId from to source values note confidence createdBy
GET    /api/v1/annotation-classes/{id} name description color allowedScopes fields
GET    /api/v1/reference-pairs/{id} name primaryComponentId referenceComponentId from to
GET    /api/v1/dashboards/{id} name description columns widgets
GET    /api/v1/cameras/{id} deviceId name retentionDays metadata status
GET    /api/v1/media-capture-rules/{id} name cameraIds match kind preRollSeconds postRollSeconds cooldownSeconds maxPerHour enabled
`;

const shared: Readonly<Record<string, readonly string[]>> = {
  '?list': ['?limit', '?offset', '?cursor'],
  '?series': ['?from', '?to', '?limit', '?cursor'],
};

const fieldsIn = (table: string): ReadonlyMap<string, readonly string[]> =>
  new Map(
    table
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [method, path, ...names] = line.split(/ +/);
        return [`${method} ${path}`, names.flatMap((name) => shared[name] ?? [name])];
      }),
  );

/** Query parameters and fields of bodies, by method and path; an endpoint without a line takes none. */
export const acceptedFields = fieldsIn(accepted);

/** The fields of a resource, by the method and path that show one. */
export const shownFields = fieldsIn(shown);
