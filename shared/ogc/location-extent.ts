import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { everywhere } from '../geo/box.ts';
import { BoxUnion, discBox } from '../geo/disc-box.ts';
import { toDegrees, toGrid } from '../geo/grid.ts';
import type { ExtentOfFeatures } from './links.ts';
import { headsAfter, locatedAfter } from './located.ts';

/** The extent is exact up to this number of devices. */
const mostOfExtent = 1000;

/** Undefined if no device has a position. If there are many devices, it is the whole globe, at any time. */
async function extentOf(caller: Caller): Promise<ExtentOfFeatures | undefined> {
  const { located, after } = await locatedAfter(caller, {}, { limit: mostOfExtent, after: undefined });
  if (after !== undefined) return { bbox: everywhere, span: undefined };
  const union = new BoxUnion();
  for (const { point } of located) union.add(discBox(toGrid(point.longitude), toGrid(point.latitude), 0));
  const { box } = union;
  if (!box) return undefined;
  const times = located.map(({ point }) => Date.parse(point.recordedAt));
  return {
    bbox: [toDegrees(box.west), toDegrees(box.south), toDegrees(box.east), toDegrees(box.north)],
    span: { from: Math.min(...times), to: Math.max(...times) },
  };
}

/** The whole globe at any time, since tracks are drawn only on request; undefined if no device has a track. */
async function extentOfTracks(caller: Caller): Promise<ExtentOfFeatures | undefined> {
  const { devices, after } = await headsAfter(caller, {}, { limit: mostOfExtent, after: undefined });
  const isEmpty = after === undefined && devices.every(({ head }) => head.trip === undefined);
  return isEmpty ? undefined : { bbox: everywhere, span: undefined };
}

export const readLocationExtent = defineCapability({
  tables: { main: ['BatchGetItem', 'Query'] },
  open: () => ({ of: extentOf, ofTracks: extentOfTracks }),
});
