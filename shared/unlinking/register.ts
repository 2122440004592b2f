import { annotations } from '../analytics/annotations.ts';
import { referencePairs } from '../analytics/reference-pairs.ts';
import { devices } from '../devices/devices.ts';
import { type Unlinking, unlinks } from '../entity/unlink.ts';
import { deviceProfileVersions } from '../profiles/device-profiles.ts';
import { sensorProfileVersions } from '../profiles/sensor-profiles.ts';
import { components } from '../topology/components.ts';
import { sensors } from '../topology/sensors.ts';
import { sites } from '../topology/sites.ts';
import { webhooks } from '../webhooks/kind.ts';

/** Every kind with references that become null or cascade, one per line. A test finds missing ones. */
export const unlinkings: readonly Unlinking[] = [
  unlinks(sites),
  unlinks(devices),
  unlinks(components),
  unlinks(sensors),
  unlinks(annotations),
  unlinks(referencePairs),
  unlinks(deviceProfileVersions),
  unlinks(sensorProfileVersions),
  unlinks(webhooks),
];
