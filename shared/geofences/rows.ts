import type { Cell } from '../geo/cells.ts';
import { toGrid } from '../geo/grid.ts';
import { measureGeometry } from '../geo/measure.ts';
import { packGeometry, unpackGeometry } from '../geo/pack.ts';
import { parseExactly } from '../json/exact.ts';
import type { Row } from '../table/table.ts';
import type { Fence } from './fence.ts';
import { triggers } from './terms.ts';

/**
 * Geofences as rows. The thin row holds what lists filter and count; the body row is the whole fence; a posting holds
 * what a check needs to know about the fence in one cell. Free JSON is stored as text, because numbers in DynamoDB have
 * a smaller range than doubles.
 */

/** Thin row: about 150 bytes without tags; see `thin-row.ts`. */
export interface ThinRow {
  /** Fence id. */
  readonly sk: string;
  readonly status: Fence['status'];
  readonly group?: string;
  readonly externalId?: string;
  readonly tags?: readonly string[];
  /** When it last became active, in milliseconds since 1970; absent if that was its creation. */
  readonly activatedAt?: number;
  /** Centre in 1e-7 degrees, and a distance in metres around it within which the whole fence lies. */
  readonly y: number;
  readonly x: number;
  readonly r: number;
}

const joined = (cells: readonly Cell[]): string => cells.join(' ');
const split = (cells: string): Cell[] => (cells === '' ? [] : (cells.split(' ') as Cell[]));

/** Every attribute of a body row except its keys. All of them are always written. */
export function bodyRow(fence: Fence): Row {
  return {
    id: fence.id,
    name: fence.name,
    description: fence.description,
    geometry: packGeometry(fence.shape.geometry),
    triggerOn: fence.triggerOn,
    dwellMinutes: fence.dwellMinutes,
    cooldownMs: fence.cooldownMs,
    action: JSON.stringify(fence.action),
    status: fence.status,
    tags: fence.tags,
    groupName: fence.groupName,
    metadata: JSON.stringify(fence.metadata),
    externalId: fence.externalId,
    noise: JSON.stringify(fence.noise),
    detectCrossing: fence.detectCrossing,
    createdAt: fence.createdAt,
    updatedAt: fence.updatedAt,
    version: fence.version,
    activatedAt: fence.activatedAt,
    changedAt: fence.changedAt,
    ...indexAttributes(fence),
  };
}

/** The attributes of a body row that belong to the index and change only with it. */
export function indexAttributes(fence: Fence): Row {
  const { version, writtenAt, cover, stale } = fence.index;
  return { indexVersion: version, indexedAt: writtenAt, cover: joined(cover), stale: joined(stale) };
}

export type BodyRow = Row & { readonly id: string; readonly version: number; readonly indexVersion: number };

export function readBody(row: BodyRow): Fence {
  const text = (name: string) => row[name] as string;
  const geometry = unpackGeometry(row.geometry as Uint8Array);
  return {
    id: row.id,
    name: text('name'),
    description: text('description'),
    shape: { geometry, ...measureGeometry(geometry) },
    triggerOn: row.triggerOn as Fence['triggerOn'],
    dwellMinutes: row.dwellMinutes as number | null,
    cooldownMs: row.cooldownMs as number,
    action: parseExactly(text('action')) as Fence['action'],
    status: row.status as Fence['status'],
    tags: row.tags as string[],
    groupName: row.groupName as string | null,
    metadata: parseExactly(text('metadata')) as Fence['metadata'],
    externalId: row.externalId as string | null,
    noise: JSON.parse(text('noise')),
    detectCrossing: row.detectCrossing as boolean,
    createdAt: row.createdAt as number,
    updatedAt: row.updatedAt as number,
    version: row.version,
    activatedAt: row.activatedAt as number,
    changedAt: row.changedAt as number,
    index: {
      version: row.indexVersion,
      writtenAt: row.indexedAt as number,
      cover: split(text('cover')),
      stale: split(text('stale')),
    },
  };
}

/** Format of posting rows. Readers refuse any other format; the index then has to be rebuilt. */
export const postingFormat = 1;

/** Actions up to this size are stored in the index. A check reads larger ones from the body rows. */
const maxPostedActionBytes = 1024;

/** One fence in one cell. Attribute names are short, because every check pays for their bytes in read units. */
export interface PostingRow {
  /** Fence id. */
  readonly sk: string;
  readonly f: number;
  /** Version of the index. */
  readonly v: number;
  /** Encoded shape. */
  readonly g: Uint8Array;
  readonly n: string;
  /** The trigger, as its position in `triggers`. */
  readonly t: number;
  /** Present where the fence is inactive. */
  readonly off?: 1;
  /** Centre in 1e-7 degrees. */
  readonly y: number;
  readonly x: number;
  readonly r: number;
  /** Action as JSON; absent when empty. */
  readonly a?: string;
  /** Present when the action is too large for the index. */
  readonly big?: 1;
}

/** The attributes that are the same in every posting of a fence; only the shape differs from cell to cell. */
export function postingBase(fence: Fence): Omit<PostingRow, 'sk' | 'g'> {
  const action = JSON.stringify(fence.action);
  const big = Buffer.byteLength(action) > maxPostedActionBytes;
  return {
    f: postingFormat,
    v: fence.index.version,
    n: fence.name,
    t: triggers.indexOf(fence.triggerOn),
    ...(fence.status === 'inactive' ? { off: 1 as const } : {}),
    y: toGrid(fence.shape.latitude),
    x: toGrid(fence.shape.longitude),
    r: fence.shape.radiusMeters,
    ...(big ? { big: 1 as const } : action === '{}' ? {} : { a: action }),
  };
}
