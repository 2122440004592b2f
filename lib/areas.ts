/**
 * The area and group of a route, by the first segment of its path after `/api/v1`: the area is its HTTP API, the group
 * its stack. An entry must not change after it was deployed: CloudFormation creates a moved route in its new stack
 * before it removes the old one, and the API refuses the second route of the same name. A new segment may join any
 * group.
 */

export const areaNames = ['core', 'platform'] as const;
export type AreaName = (typeof areaNames)[number];

export interface Home {
  readonly area: AreaName;
  readonly group: string;
}

/** Segments outside `/api/v1` (`/docs`, `/specs/…`, `/.well-known/…`) belong with health. */
const service: Home = { area: 'core', group: 'service' };

const groups: Readonly<Record<AreaName, Readonly<Record<string, readonly string[]>>>> = {
  core: {
    service: ['health', 'schemas'],
    identity: ['account', 'api-keys', 'audit-logs', 'auth', 'users', 'workspaces'],
    billing: ['billing', 'subscriptions'],
    geofences: ['geofences', 'ogc'],
    devices: ['devices'],
    delivery: ['webhooks', 'workflows'],
    field: ['forms', 'headless', 'mobile', 'projects', 'settings', 'submissions'],
    files: ['exports', 'media'],
  },
  platform: {
    topology: ['components', 'device-groups', 'sensors', 'sites'],
    profiles: ['device-profiles', 'packs', 'sensor-profiles'],
    configuration: ['config-artefacts', 'desired-state-bindings', 'firmware'],
    insight: ['admin', 'alert-rules', 'alerts', 'dashboards', 'events', 'notification-channels', 'readings'],
    capture: [
      'annotation-classes',
      'annotations',
      'cameras',
      'captures',
      'dvr-clip-requests',
      'live',
      'media-capture-rules',
      'reference-pairs',
    ],
  },
};

const homes = new Map<string, Home>(
  areaNames.flatMap((area) =>
    Object.entries(groups[area]).flatMap(([group, segments]) =>
      segments.map((segment): [string, Home] => [segment, { area, group }]),
    ),
  ),
);

const prefix = '/api/v1/';

/** The first segment of a path after `/api/v1`, or undefined for a path outside it. */
export function segmentOf(path: string): string | undefined {
  return path.startsWith(prefix) ? path.slice(prefix.length).split('/')[0] : undefined;
}

/** The area and group of a route; throws for a segment that has none. */
export function homeOf(path: string): Home {
  const segment = segmentOf(path);
  if (segment === undefined) return service;
  const home = homes.get(segment);
  if (!home) throw new Error(`No area for "${path}": give the segment "${segment}" a group in lib/areas.ts.`);
  return home;
}

/** Path segments that an area serves. The front door routes by them. */
export function segmentsOf(area: AreaName): readonly string[] {
  return Object.values(groups[area]).flat().sort();
}

export function groupsOf(area: AreaName): readonly string[] {
  return Object.keys(groups[area]);
}
