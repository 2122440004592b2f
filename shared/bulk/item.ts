import type { z } from 'zod';
import { Tags } from '../wire/tags.ts';
import { cutTo, isBlank } from '../wire/text.ts';
import type { BulkItemInput } from './wire.ts';

/** One item of a batch, with defaults filled in. */
export interface BulkItem {
  /** Its index in the request. */
  readonly index: number;
  readonly address: string;
  readonly name: string;
  readonly bufferMeters: number;
  readonly tags: readonly string[];
  /** What is wrong with its tags. Such an item is not processed further. */
  readonly tagFault?: string;
  /** A point in degrees from the caller, which is not geocoded. */
  readonly point?: GivenPoint;
  /** Whether to create the geofence even if it is a duplicate. */
  readonly override: boolean;
}

export interface GivenPoint {
  readonly latitude: number;
  readonly longitude: number;
  readonly label: string | null;
}

const defaultBufferMeters = 100;
const longestName = 255;
const longestShownTag = 80;
const mostTags = 20;

/** The items to be processed, in the order of the request. */
export function itemsOf(inputs: readonly z.output<typeof BulkItemInput>[]): BulkItem[] {
  return inputs.flatMap((input, index) => (input.status === 'skipped' ? [] : [itemOf(input, index)]));
}

function itemOf(input: z.output<typeof BulkItemInput>, index: number): BulkItem {
  const { address, name, buffer_meters: bufferMeters = defaultBufferMeters, tags = [], lat, lng } = input;
  const checked = checkTags(tags);
  const place =
    lat !== undefined && lng !== undefined
      ? { point: { latitude: lat, longitude: lng, label: input.normalized_address ?? null } }
      : {};
  return {
    index,
    address,
    name: name === undefined || isBlank(name) ? nameFrom(address) : name,
    bufferMeters,
    ...checked,
    ...place,
    override: input.override_dedup ?? false,
  };
}

/** The address as a name on one line. */
const nameFrom = (address: string): string => cutTo(longestName, address.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim());

/** The tags as they are stored, or what is wrong with them. */
function checkTags(tags: readonly string[]): Pick<BulkItem, 'tags' | 'tagFault'> {
  const refused = (tagFault: string) => ({ tags: [], tagFault });
  if (tags.length > mostTags) return refused(`An item has at most ${mostTags} tags; this one has ${tags.length}`);
  const { data, error } = Tags.safeParse(tags);
  if (data) return { tags: data };
  const { path, message } = error.issues[0]!;
  return refused(`Tag "${cutTo(longestShownTag, tags[Number(path[0])]!)}": ${message.toLowerCase()}`);
}

/** Whether an address has to be looked up. */
export const needsGeocode = ({ point, tagFault: fault }: BulkItem): boolean => !point && fault === undefined;
