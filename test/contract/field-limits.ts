/**
 * The limits that the contract gives to fields of bodies and to query parameters, whether the endpoint is built or not. A
 * line holds method and path, then each field with its limits: the characters of a text, the items of a list or the
 * value of a number, or the form of a text. `[]` stands for each item of a list. Names without a limit of their own
 * have the contract's 255 characters, and descriptions its 2,000.
 *
 * A few limits are no part of a schema, and tests of their resources prove them: those of a plan, of a workspace or in
 * bytes, the sizes of batches, and those of positions, geofence actions and form fields. So are two with exceptions:
 * `radiusMeters` of a geofence, which accepts the larger one that the response shows for a polygon, and
 * `bulk_create_max_batch_size`, which an operator may raise.
 */
const limits = `
POST   /api/v1/auth/login  email ..254
POST   /api/v1/auth/change-password  new_password 8..128
POST   /api/v1/auth/password-reset  email ..254
POST   /api/v1/auth/password-reset/confirm  new_password 8..128
POST   /api/v1/auth/resend-verification  email ..254
POST   /api/v1/auth/signup  email ..254  password 8..128  name ..120  workspace_name 1..120
POST   /api/v1/auth/accept-invitation  password 8..128  name ..120
PATCH  /api/v1/account/me  name ..120
POST   /api/v1/api-keys  name 1..120  allowed_cidrs ..20
GET    /api/v1/account/api-keys  ?expiring_within_days 1..365
POST   /api/v1/account/api-keys  name 1..120  description ..500  allowed_cidrs ..20
PATCH  /api/v1/account/api-keys/{key_id}  name 1..120  description ..500  allowed_cidrs ..20
POST   /api/v1/account/api-keys/{key_id}/rotate  grace_period_hours 0..720
POST   /api/v1/users  email ..254  password 8..128  name ..120
PATCH  /api/v1/workspaces  name 1..120  slug /^[a-z0-9][a-z0-9-]{1,62}$/  logo_url ..2048  website ..2048  billing_email ..254  support_email ..254  description ..1000  api_key_brand /^[a-z][a-z0-9]{1,7}$/  access_token_ttl_seconds 300..86400  key_max_lifetime_days 1..3650  bulk_create_max_batch_size 1..  late_window_hours 0..720  certificate_lifetime_days 1..3650  media_max_bytes 1048576..1048576000  server_url ..2048
POST   /api/v1/workspaces/invitations  email ..254
POST   /api/v1/geofences  name 1..255  description ..2000  latitude -90..90  longitude -180..180  radiusMeters 1..  dwellMinutes 1..10080  cooldownMs 0..31536000000  geometry.radiusMeters 1..100000  tags ..20  tags[] 1..64  groupName 1..100  externalId 1..128  noise.maxAccuracyMeters 1..10000  noise.enterConfirmations 1..10  noise.exitHoldSeconds 0..3600  noise.hysteresisMeters 0..1000  noise.maxCrossGapSeconds 10..86400  noise.lateActionMaxAgeMinutes 1..43200
PUT    /api/v1/geofences  name 1..255  description ..2000  latitude -90..90  longitude -180..180  radiusMeters 1..  dwellMinutes 1..10080  cooldownMs 0..31536000000  geometry.radiusMeters 1..100000  tags ..20  tags[] 1..64  groupName 1..100  externalId 1..128  noise.maxAccuracyMeters 1..10000  noise.enterConfirmations 1..10  noise.exitHoldSeconds 0..3600  noise.hysteresisMeters 0..1000  noise.maxCrossGapSeconds 10..86400  noise.lateActionMaxAgeMinutes 1..43200
POST   /api/v1/geofences/check  latitude -90..90  longitude -180..180  customerId ..256
POST   /api/v1/geofences/check/batch  points 1..500  points[].latitude -90..90  points[].longitude -180..180  points[].customerId ..256  points[].id ..128
PUT    /api/v1/geofences/{id}  name 1..255  description ..2000  latitude -90..90  longitude -180..180  radiusMeters 1..  dwellMinutes 1..10080  cooldownMs 0..31536000000  geometry.radiusMeters 1..100000  tags ..20  tags[] 1..64  groupName 1..100  externalId 1..128  noise.maxAccuracyMeters 1..10000  noise.enterConfirmations 1..10  noise.exitHoldSeconds 0..3600  noise.hysteresisMeters 0..1000  noise.maxCrossGapSeconds 10..86400  noise.lateActionMaxAgeMinutes 1..43200
PATCH  /api/v1/geofences/{id}  name 1..255  description ..2000  latitude -90..90  longitude -180..180  radiusMeters 1..  dwellMinutes 1..10080  cooldownMs 0..31536000000  geometry.radiusMeters 1..100000  tags ..20  tags[] 1..64  groupName 1..100  externalId 1..128  noise.maxAccuracyMeters 1..10000  noise.enterConfirmations 1..10  noise.exitHoldSeconds 0..3600  noise.hysteresisMeters 0..1000  noise.maxCrossGapSeconds 10..86400  noise.lateActionMaxAgeMinutes 1..43200
POST   /api/v1/geofences/bulk  items[].address 1..500  items[].name ..255  items[].buffer_meters 1..10000  items[].lat -90..90  items[].lng -180..180  items[].normalized_address ..500
POST   /api/v1/geofences/preview  items[].address 1..500  items[].name ..255  items[].buffer_meters 1..10000  items[].lat -90..90  items[].lng -180..180  items[].normalized_address ..500
POST   /api/v1/geofences/explain  latitude -90..90  longitude -180..180  accuracyMeters 0..
POST   /api/v1/geofences/simulate  geofences 1..20  geofences[].name 1..255  geofences[].description ..2000  geofences[].latitude -90..90  geofences[].longitude -180..180  geofences[].radiusMeters 1..  geofences[].dwellMinutes 1..10080  geofences[].cooldownMs 0..31536000000  geofences[].geometry.radiusMeters 1..100000  geofences[].tags ..20  geofences[].tags[] 1..64  geofences[].groupName 1..100  geofences[].externalId 1..128  geofences[].noise.maxAccuracyMeters 1..10000  geofences[].noise.enterConfirmations 1..10  geofences[].noise.exitHoldSeconds 0..3600  geofences[].noise.hysteresisMeters 0..1000  geofences[].noise.maxCrossGapSeconds 10..86400  geofences[].noise.lateActionMaxAgeMinutes 1..43200  deviceIds 1..50  track 1..10000  track[].latitude -90..90  track[].longitude -180..180  track[].accuracyMeters 0..  track[].speedMps 0..  track[].headingDegrees 0..360  track[].batteryPercent 0..100
POST   /api/v1/geofences/sync/plans  items 1..5000  items[].name 1..255  items[].description ..2000  items[].latitude -90..90  items[].longitude -180..180  items[].radiusMeters 1..  items[].dwellMinutes 1..10080  items[].cooldownMs 0..31536000000  items[].geometry.radiusMeters 1..100000  items[].tags ..20  items[].tags[] 1..64  items[].groupName 1..100  items[].externalId 1..128  items[].noise.maxAccuracyMeters 1..10000  items[].noise.enterConfirmations 1..10  items[].noise.exitHoldSeconds 0..3600  items[].noise.hysteresisMeters 0..1000  items[].noise.maxCrossGapSeconds 10..86400  items[].noise.lateActionMaxAgeMinutes 1..43200  items[].address ..500  scope.tag 1..64  scope.groupName 1..100  maxDeleteFraction 0..1
GET    /api/v1/ogc/collections/{collectionId}/items  ?limit 1..
POST   /api/v1/devices  name 1..255  externalId 1..128  tags ..20  tags[] 1..64  location.latitude -90..90  location.longitude -180..180
PATCH  /api/v1/devices/{id}  name 1..255  externalId 1..128  tags ..20  tags[] 1..64  location.latitude -90..90  location.longitude -180..180
POST   /api/v1/devices/registration/tokens  deviceName 1..255  expiresInHours 1..168
POST   /api/v1/devices/{id}/certificates/rotate  overlapHours 1..168
POST   /api/v1/devices/{id}/certificates/{certificateId}/revoke  reason ..200
GET    /api/v1/devices/certificates/expiring  ?withinDays 1..365
POST   /api/v1/devices/certificates/revoke  deviceIds 1..1000
POST   /api/v1/devices/{id}/commands  type /^[A-Z][A-Z0-9_]{0,63}$/  timeoutSeconds 5..86400
POST   /api/v1/devices/{id}/sessions  name ..255
PATCH  /api/v1/devices/{id}/sessions/{sessionId}  name ..255  notes ..4000
GET    /api/v1/devices/{id}/sessions/{sessionId}/locations  ?limit ..5000
POST   /api/v1/devices/{id}/locations  [].latitude -90..90  [].longitude -180..180  [].accuracyMeters 0..  [].speedMps 0..  [].headingDegrees 0..360  [].batteryPercent 0..100
POST   /api/v1/devices/locations/batch  [].latitude -90..90  [].longitude -180..180  [].accuracyMeters 0..  [].speedMps 0..  [].headingDegrees 0..360  [].batteryPercent 0..100  [].deviceExternalId 1..128
GET    /api/v1/devices/{id}/locations  ?limit ..5000
POST   /api/v1/webhooks  name 1..120  url ..2048  events 1..50  filter.geofence_ids ..100  filter.geofence_tags ..100  filter.group_names ..100  filter.device_ids ..100  filter.form_ids ..100  headers ..20  timeout_seconds 1..30  max_attempts 1..10  rate_limit_per_minute 1..1000  secret 16..256
PATCH  /api/v1/webhooks/{id}  name 1..120  url ..2048  events 1..50  filter.geofence_ids ..100  filter.geofence_tags ..100  filter.group_names ..100  filter.device_ids ..100  filter.form_ids ..100  headers ..20  timeout_seconds 1..30  max_attempts 1..10  rate_limit_per_minute 1..1000
POST   /api/v1/webhooks/{id}/rotate-secret  overlap_hours 0..168  secret 16..256
POST   /api/v1/workflows  name 1..255  description ..2000  cooldown_seconds 0..2592000  trigger.geofence_ids ..100  trigger.geofence_tags ..100  trigger.group_names ..100  trigger.device_ids ..100  trigger.device_tags ..100  trigger.after_minutes 2..10080  steps 1..50  steps[].id /^[a-z0-9_]{1,32}$/  steps[].retry.attempts 1..5  steps[].retry.backoff_seconds 1..300  steps[].config.seconds 1..2592000  steps[].config.to ..20  steps[].config.subject ..255  steps[].config.text ..20000  steps[].config.channel_ids ..10  steps[].config.command_type /^[A-Z][A-Z0-9_]{0,63}$/  steps[].config.set.tags ..20  steps[].config.event_type /^[a-z][a-z0-9_.]{0,63}$/
PATCH  /api/v1/workflows/{id}  name 1..255  description ..2000  cooldown_seconds 0..2592000  trigger.geofence_ids ..100  trigger.geofence_tags ..100  trigger.group_names ..100  trigger.device_ids ..100  trigger.device_tags ..100  trigger.after_minutes 2..10080  steps 1..50  steps[].id /^[a-z0-9_]{1,32}$/  steps[].retry.attempts 1..5  steps[].retry.backoff_seconds 1..300  steps[].config.seconds 1..2592000  steps[].config.to ..20  steps[].config.subject ..255  steps[].config.text ..20000  steps[].config.channel_ids ..10  steps[].config.command_type /^[A-Z][A-Z0-9_]{0,63}$/  steps[].config.set.tags ..20  steps[].config.event_type /^[a-z][a-z0-9_.]{0,63}$/
POST   /api/v1/components  name /^[A-Za-z0-9_.-]{1,64}$/
PATCH  /api/v1/components/{id}  name /^[A-Za-z0-9_.-]{1,64}$/
POST   /api/v1/sensors  key /^[A-Za-z0-9_.-]{1,64}$/  name 1..255  unit ..32
PATCH  /api/v1/sensors/{id}  name 1..255  unit ..32
POST   /api/v1/device-groups  name 1..120  description ..2000  query 1..  deviceIds ..1000
PATCH  /api/v1/device-groups/{id}  name 1..120  description ..2000  query 1..  deviceIds ..1000
POST   /api/v1/sites  name 1..120  address ..500  latitude -90..90  longitude -180..180
PATCH  /api/v1/sites/{id}  name 1..120  address ..500  latitude -90..90  longitude -180..180
POST   /api/v1/config-artefacts  key /^[a-z0-9][a-z0-9_-]{0,63}$/  contentType ..255  note ..500
POST   /api/v1/config-artefacts/upload-url  contentType ..255  sizeBytes ..104857600
POST   /api/v1/desired-state-bindings  perMinute 1..1000  maxFailures 1..1000
PATCH  /api/v1/desired-state-bindings/{id}  perMinute 1..1000  maxFailures 1..1000
POST   /api/v1/sensor-profiles  name 1..120  description ..2000  sensors 1..100
POST   /api/v1/device-profiles  name 1..255  description ..2000  components ..50
GET    /api/v1/readings/raw  ?limit ..5000
POST   /api/v1/readings/batch  sensorIds 1..50  limit ..5000
POST   /api/v1/readings  readings 1..500
POST   /api/v1/alert-rules  name 1..120  scope.sensorKey ..255  condition.windowSeconds 60..86400  condition.forSeconds 0..86400  cooldownSeconds 0..604800  channelIds ..10
PATCH  /api/v1/alert-rules/{id}  name 1..120  scope.sensorKey ..255  condition.windowSeconds 60..86400  condition.forSeconds 0..86400  cooldownSeconds 0..604800  channelIds ..10
POST   /api/v1/alert-rules/simulate  rule.name 1..120  rule.scope.sensorKey ..255  rule.condition.windowSeconds 60..86400  rule.condition.forSeconds 0..86400  rule.cooldownSeconds 0..604800  rule.channelIds ..10
POST   /api/v1/alerts/{id}/acknowledge  note ..1000
POST   /api/v1/alerts/{id}/resolve  note ..1000
POST   /api/v1/notification-channels  name 1..255  config.to 1..20
PATCH  /api/v1/notification-channels/{id}  name 1..255  config.to 1..20
POST   /api/v1/events  type /^[a-z][a-z0-9_.]{0,63}$/
POST   /api/v1/annotations  note ..4000  confidence 0..1
PATCH  /api/v1/annotations/{id}  note ..4000  confidence 0..1
POST   /api/v1/annotation-classes  name 1..120  description ..2000  fields ..50
PATCH  /api/v1/annotation-classes/{id}  name 1..120  description ..2000  fields ..50
POST   /api/v1/reference-pairs  name 1..255
PATCH  /api/v1/reference-pairs/{id}  name 1..255
POST   /api/v1/dashboards  name 1..255  description ..2000  columns 1..48  widgets ..100  widgets[].id ..255  widgets[].title ..255  widgets[].config.sensorIds ..20  widgets[].config.sensorKeys[] ..255
PATCH  /api/v1/dashboards/{id}  name 1..255  description ..2000  columns 1..48  widgets ..100  widgets[].id ..255  widgets[].title ..255  widgets[].config.sensorIds ..20  widgets[].config.sensorKeys[] ..255
POST   /api/v1/cameras  name 1..120
PATCH  /api/v1/cameras/{id}  name 1..120
POST   /api/v1/media-capture-rules  name 1..255  cameraIds 1..20  match 1..  match.eventTypes[] ..255  preRollSeconds 0..60  postRollSeconds 1..300  cooldownSeconds 0..86400  maxPerHour 1..120
PATCH  /api/v1/media-capture-rules/{id}  name 1..255  cameraIds 1..20  match 1..  match.eventTypes[] ..255  preRollSeconds 0..60  postRollSeconds 1..300  cooldownSeconds 0..86400  maxPerHour 1..120
POST   /api/v1/live  ttlSeconds 30..3600
POST   /api/v1/admin/quarantine/replay  ids 1..1000
POST   /api/v1/firmware/upload-url  sizeBytes ..536870912  contentType ..255
POST   /api/v1/firmware  name 1..255  notes ..4000
POST   /api/v1/projects  name 1..255  description ..2000
POST   /api/v1/forms  name 1..255  schema.title 1..255  schema.fields 1..500
PUT    /api/v1/forms/{form_id}  name 1..255  schema.title 1..255  schema.fields 1..500
PUT    /api/v1/forms/{form_id}/assignments  user_ids ..1000
POST   /api/v1/forms/{form_id}/webhooks  url ..2048  secret 16..256
POST   /api/v1/submissions  local_uuid 1..128
POST   /api/v1/submissions/bulk  [].local_uuid 1..128
POST   /api/v1/media/upload  submission_local_uuid 1..128
POST   /api/v1/media/uploads  submission_local_uuid 1..128
PUT    /api/v1/settings/mobile/server-url  server_url ..2048
POST   /api/v1/mobile/pair  device_label 1..255
POST   /api/v1/headless/submit  local_uuid 1..128
POST   /api/v1/exports  includes 1..
`;

/** Limits of one field: both ends, either of which may be absent, or a form. */
export interface FieldLimits {
  /** `a.b`, `list[]`, or `?name` of a query parameter. */
  readonly field: string;
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly form: string | undefined;
}

const end = (text: string | undefined): number | undefined => (text ? Number(text) : undefined);

function limitsOf(field: string, range: string): FieldLimits {
  if (range.startsWith('/')) return { field, least: undefined, most: undefined, form: range.slice(1, -1) };
  const [least, most] = range.split('..');
  return { field, least: end(least), most: end(most), form: undefined };
}

/** The limits of each endpoint, by method and path. */
export const fieldLimits: ReadonlyMap<string, readonly FieldLimits[]> = new Map(
  limits
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [method, path, ...fields] = line.split(/ +/);
      const all = fields.flatMap((field, i) => (i % 2 === 0 ? [limitsOf(field, fields[i + 1] ?? '')] : []));
      return [`${method} ${path}`, all];
    }),
);
