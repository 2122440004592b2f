import type { Route } from '../../shared/http/route.ts';
import { segmentOf } from '../areas.ts';
import type { JsonObject } from './tidy.ts';

/** Each first segment of a path after `/api/v1`, in the order of the navigation, with its tag and description. */
const tags = {
  geofences: ['Geofences', 'Areas on the map, and checks which of them contain a point.'],
  ogc: [
    'OGC Features',
    'Geofences, where devices are, and where submissions were made, as OGC API Features, for maps and GIS.',
  ],
  devices: ['Devices', 'Things that move or measure: identity, certificates, commands, health, locations.'],
  webhooks: ['Webhooks', 'Events delivered to your HTTPS endpoints, signed and retried.'],
  workflows: ['Workflows', 'Steps that run when something happens.'],
  projects: ['Projects', 'Groups of field work.'],
  forms: ['Forms', 'Versioned forms for field data.'],
  submissions: ['Submissions', 'Data that came in through forms.'],
  media: ['Media', 'Photos and files of submissions.'],
  headless: ['Headless', 'Forms and submissions for your own front ends, by key.'],
  mobile: ['Mobile', 'Pairing and synchronisation of mobile devices.'],
  settings: ['Settings', 'Server address and paired devices.'],
  exports: ['Exports', 'Files with your data, created in the background.'],
  sites: ['Sites', 'Places that devices belong to.'],
  'device-groups': ['Device groups', 'Sets of devices that are configured together.'],
  components: ['Components', 'Parts of a device.'],
  sensors: ['Sensors', 'What a component measures with.'],
  'device-profiles': ['Device profiles', 'Kinds of devices and what they can do.'],
  'sensor-profiles': ['Sensor profiles', 'Kinds of sensors: units, ranges and types.'],
  packs: ['Packs', 'Profiles and schemas, bundled in versions.'],
  'config-artefacts': ['Config artefacts', 'Versioned configuration for devices.'],
  'desired-state-bindings': ['Desired state', 'Which configuration applies to which devices.'],
  firmware: ['Firmware', 'Images and their roll-out.'],
  readings: ['Readings', 'Measured values over time.'],
  events: ['Events', 'What happened.'],
  'alert-rules': ['Alert rules', 'When to raise an alert.'],
  alerts: ['Alerts', 'Raised, acknowledged and resolved alerts.'],
  'notification-channels': ['Notification channels', 'Where alerts, workflows and geofences send messages for people.'],
  dashboards: ['Dashboards', 'Saved views of devices and readings.'],
  cameras: ['Cameras', 'Cameras and their streams.'],
  captures: ['Captures', 'Pictures and clips from cameras.'],
  live: ['Live', 'Live views.'],
  'dvr-clip-requests': ['DVR clips', 'Clips requested from recorders.'],
  'media-capture-rules': ['Capture rules', 'When cameras capture by themselves.'],
  'reference-pairs': ['Reference pairs', 'Components whose readings are compared.'],
  annotations: ['Annotations', 'Marks on what was measured: a time, its class and its values.'],
  'annotation-classes': ['Annotation classes', 'Kinds of annotations, and the values that they hold.'],
  admin: ['Quarantine', 'Refused messages of devices, and their replay.'],
  schemas: ['Schemas', 'JSON Schemas of messages.'],
  auth: ['Authentication', 'Sign-up, sign-in and tokens.'],
  account: ['Account', 'The signed-in user and the credentials at hand.'],
  'api-keys': ['API keys', 'Keys for programs: scopes, limits, rotation.'],
  users: ['Users', 'People of the workspace and their roles.'],
  workspaces: ['Workspaces', 'Tenants, and settings for all of their users.'],
  subscriptions: ['Subscriptions', 'Plans and what they allow.'],
  billing: ['Billing', 'Invoices, usage and payment.'],
  'audit-logs': ['Audit log', 'Who did what, and when.'],
  service: ['Service', 'Health, this document and its pages.'],
} satisfies Record<string, readonly [name: string, description: string]>;

const serviceSegments: readonly (string | undefined)[] = [undefined, 'health'];

/** The tag of a path; throws for a segment that has none. */
export function tagOf(path: string): string {
  const segment = segmentOf(path) ?? (path.startsWith('/api/schemas') ? 'schemas' : undefined);
  const key = serviceSegments.includes(segment) ? 'service' : segment;
  const [name] = Object.entries(tags).find(([known]) => known === key)?.[1] ?? [];
  if (!name) throw new Error(`No tag for "${path}": give the segment "${segment}" one in lib/openapi/tags.ts.`);
  return name;
}

/** The tags that these routes use, each with its description. */
export function tagsOf(routes: readonly Route[]): JsonObject[] {
  const used = new Set(routes.map((route) => tagOf(route.path)));
  return Object.values(tags)
    .filter(([name]) => used.has(name))
    .map(([name, description]) => ({ name, description }));
}
