import type { FieldTexts } from './field-texts.ts';

/** Workspaces, their settings, and what happened in them. */
export const workspaceFields: readonly FieldTexts[] = [
  {
    of: ['Workspace', 'WorkspacePatch'],
    texts: {
      name: '1 to 120 characters, at least one of them visible.',
      slug: 'Its name in addresses and for sign-in; unique in this deployment.',
      logo_url: 'Address with https of a picture, up to 2,048 characters; null if none.',
      website: 'Address with https, up to 2,048 characters; null if none.',
      billing_email: 'Where invoices go, up to 254 characters; null if none.',
      support_email: 'Whom users ask, up to 254 characters; null if none.',
      description: 'Up to 1,000 characters; an empty text by default.',
      timezone: 'IANA name of a time zone; `UTC` by default.',
      unit_system: 'For display only: the API uses metres. `metric` by default.',
      environment: 'What its API keys are marked with.',
      api_key_brand: 'The first part of API keys; `hx` by default.',
      access_token_ttl_seconds: 'How many seconds access tokens live: 300 to 86,400; 86,400 by default.',
      key_max_lifetime_days: 'Longest lifetime of an API key in days, 1 to 3,650; null: unlimited.',
      require_email_verification: 'Whether users must verify their address before they sign in; false by default.',
      bulk_create_max_batch_size:
        'Most items of one bulk request: 1 to 1,000, or more by the operator; 500 by default.',
      late_window_hours: 'Hours within which a late position still causes transitions: 0 to 720; 72 by default.',
      certificate_lifetime_days: 'Days that device certificates live: 1 to 3,650; 365 by default.',
      location_retention_days:
        'Days that positions and raw readings are kept; by default the most that the plan allows.',
      media_max_bytes: 'Bytes of the largest file: 1,048,576 to 1,048,576,000; 104,857,600 by default.',
      server_url: 'Address that mobile devices call; null: this one.',
      geocoding: 'How addresses are understood.',
    },
  },
  {
    of: ['AuditEntry'],
    texts: {
      action: 'What was done, such as `geofence.update`.',
      actor_ip: 'Address of the caller.',
      resource_type: 'The kind of object, such as `geofence`.',
      resource_id: 'Id of the object.',
      request_id: 'The `X-Request-ID` of the request that did it.',
      occurred_at: 'When it was done; UTC.',
    },
  },
  {
    of: ['Site', 'SiteDraft', 'SitePatch'],
    texts: {
      name: '1 to 120 characters; unique among sites.',
      address: 'Postal address, up to 500 characters; null if absent.',
      timezone: 'IANA name of a time zone; null if absent.',
      geofenceId: 'The geofence around the site; null if absent.',
    },
  },
  {
    of: ['DeviceGroup', 'DeviceGroupDraft', 'DeviceGroupPatch'],
    texts: {
      name: '1 to 120 characters; unique among groups.',
      description: 'Up to 2,000 characters; null if absent.',
      query: 'Conditions that the members fulfil, all of them; null: only `deviceIds`.',
      deviceIds: 'Devices that are members whatever `query` says, up to 1,000; `[]` if absent.',
    },
  },
  {
    of: ['Component', 'ComponentDraft', 'ComponentPatch'],
    texts: {
      deviceId: 'The device that the component is a part of; it never changes.',
      name: '1 to 64 letters, digits and `_.-`; unique among the components of the device.',
      sensorProfileId: 'The profile that defines what the component measures; null: none.',
      sensorProfileVersion: 'The version of the profile, such as `1.2`; the newest one if absent.',
    },
  },
  {
    of: ['Sensor', 'SensorDraft', 'SensorPatch'],
    texts: {
      deviceId: 'The device of the component.',
      componentId: 'The component that the sensor belongs to; it never changes.',
      key: '1 to 64 letters, digits and `_.-`; unique among the sensors of the component; it never changes.',
      valueType: 'The type of its values; it never changes.',
      name: 'A label for people, up to 255 characters; null if absent.',
      unit: 'Unit of the values, up to 32 characters; null if absent.',
      min: 'The least plausible value: readings below it are refused; null: no limit.',
      max: 'The greatest plausible value: readings above it are refused; null: no limit.',
      lastReadingAt: 'When the newest reading was recorded; null: none yet.',
    },
  },
  {
    of: ['listComponents'],
    texts: {
      deviceId: 'Only components of this device.',
      sensorProfileId: 'Only components with this profile, in any version.',
    },
  },
  {
    of: ['listSensors'],
    texts: {
      deviceId: 'Only sensors of this device.',
      componentId: 'Only sensors of this component.',
      key: 'Only sensors with this key.',
      valueType: 'Only sensors of this type.',
    },
  },
  {
    of: ['DeviceQuery', 'DeviceQueryDraft'],
    texts: {
      tagsAll: 'Devices with all of these tags, 1 to 20.',
      tagsAny: 'Devices with one of these tags, 1 to 20.',
      siteId: 'Devices of this site.',
      deviceProfileId: 'Devices with this profile.',
      kind: 'Devices of this kind.',
    },
  },
];
