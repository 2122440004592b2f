import { inTime } from '../aws/in-time.ts';
import { defineCapability } from '../capability/capability.ts';
import { ladderOf } from '../geo/ladder.ts';
import { cellKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { Tenant, TenantReference } from '../tenancy/tenant.ts';
import { type Matches, matchesOf } from './answering.ts';
import { indexMatches, onGrid } from './match.ts';
import type { PostingRow } from './rows.ts';
import { waveMilliseconds } from './timing.ts';

const maxMatches = 1000;
/** The bytes that matches may take in an answer of 4 MiB. */
const maxMatchBytes = 4 * 1024 * 1024 - 4096;

const cells = new Table('cells');

class GeofenceIndex {
  /** The candidates at a point: six queries in one wave, whatever the number of fences. */
  async candidates(
    tenant: TenantReference,
    latitude: number,
    longitude: number,
    signal: AbortSignal,
  ): Promise<PostingRow[]> {
    const keys = ladderOf(latitude, longitude).map((cell) => cellKeys.cell(tenant, cell));
    const read = await inTime(waveMilliseconds, signal, (timely) =>
      Promise.all(keys.map((key) => cells.queryAll<PostingRow>(key, { signal: timely }))),
    );
    return read.flat();
  }

  /** The active fences among the candidates that contain the point, nearest first. */
  async matches(tenant: Tenant, latitude: number, longitude: number, rows: readonly PostingRow[]): Promise<Matches> {
    const point = onGrid({ latitude, longitude });
    const all = { point, indexMatches: indexMatches(rows, point) };
    const [found] = await matchesOf(tenant, [all], { most: maxMatches, bytes: maxMatchBytes });
    return found!;
  }
}

export const checkGeofences = defineCapability({
  tables: { cells: ['Query'], main: ['BatchGetItem'] },
  open: () => new GeofenceIndex(),
});
