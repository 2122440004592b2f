import { devices } from '../devices/devices.ts';
import { type Unlinking, unlinks } from '../entity/unlink.ts';
import { sites } from '../topology/sites.ts';

/** Every kind that has references which become null or cascade, one line each. A test finds those that are missing. */
export const unlinkings: readonly Unlinking[] = [unlinks(sites), unlinks(devices)];
