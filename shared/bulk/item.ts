import type { z } from 'zod';
import { Tags } from '../wire/tags.ts';
import type { BulkItemInput } from './wire.ts';

/** One item of a batch, its defaults filled in. */
export interface BulkItem {
  /** Its place in the request. */
  readonly index: number;
  readonly address: string;
  readonly name: string;
  readonly bufferMeters: number;
  readonly tags: readonly string[];
  /** What is wrong with its tags; then nothing else is done for it. */
  readonly tagFault?: string;
  /** Given by the caller, and not geocoded; degrees. */
  readonly point?: GivenPoint;
  /** Created even where it is a duplicate. */
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

/** The items that something is done for, in the order of the request. */
export function itemsOf(inputs: readonly z.output<typeof BulkItemInput>[]): BulkItem[] {
  return inputs.flatMap((input, index) => (input.status === 'skipped' ? [] : [itemOf(input, index)]));
}

function itemOf(input: z.output<typeof BulkItemInput>, index: number): BulkItem {
  const { address, name, buffer_meters: bufferMeters = defaultBufferMeters, tags = [], lat, lng } = input;
  const checked = Tags.safeParse(tags);
  const place =
    lat !== undefined && lng !== undefined
      ? { point: { latitude: lat, longitude: lng, label: input.normalized_address ?? null } }
      : {};
  return {
    index,
    address,
    name: name?.trim() ? name : nameFrom(address),
    bufferMeters,
    tags: checked.data ?? [],
    ...(checked.error ? { tagFault: tagFault(checked.error, tags) } : {}),
    ...place,
    override: input.override_dedup ?? false,
  };
}

const nameFrom = (address: string): string => cutTo(longestName, address.trim().replaceAll(/\s+/gu, ' '));

/** Cut between characters, never within one. */
function cutTo(length: number, text: string): string {
  const cut = text.slice(0, length);
  return cut.length < text.length && /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}

function tagFault({ issues: [first] }: z.ZodError, tags: readonly string[]): string {
  const [at] = first?.path ?? [];
  if (typeof at !== 'number') return `An item has at most 20 tags; this one has ${tags.length}`;
  return `Tag "${cutTo(longestShownTag, tags[at]!)}": ${first!.message.toLowerCase()}`;
}

/** Whether an address has to be looked up. */
export const needsGeocode = ({ point, tagFault: fault }: BulkItem): boolean => !point && fault === undefined;
