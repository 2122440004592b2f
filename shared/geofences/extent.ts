import { defineCapability } from '../capability/capability.ts';
import { type BoundingBox, everywhere, type GridBox } from '../geo/box.ts';
import { BoxUnion, discBox } from '../geo/disc-box.ts';
import { toDegrees } from '../geo/grid.ts';
import { createdAtOf, type Span } from '../table/ids.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { countLimits } from '../table/page.ts';
import { type Page, Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { ThinRow } from './rows.ts';

/** The area and the period that all geofences of a workspace cover. */
export interface Extent {
  /**
   * The box of the fences' bounding circles. West is never greater than east: if a fence crosses ±180, the box has all
   * longitudes.
   */
  readonly bbox: BoundingBox;
  /** When they were created. */
  readonly span: Span;
}

const main = new Table('main');

class GeofenceExtent {
  /** Undefined when there is no fence. When there are more fences than lists count, the box is the whole globe. */
  async of({ reference }: Tenant): Promise<Extent | undefined> {
    const fences = geofenceKeys.thins(reference);
    const union = new BoxUnion();
    let [examined, first, last] = [0, '', ''];
    let after: string | undefined;
    do {
      const page: Page<ThinRow> = await main.query<ThinRow>(fences, { consistent: false, ...(after && { after }) });
      for (const { x, y, r } of page.rows) union.add(discBox(x, y, r));
      first ||= page.rows[0]?.sk ?? '';
      last = page.rows.at(-1)?.sk ?? last;
      examined += page.examined;
      after = page.next;
    } while (after !== undefined && examined <= countLimits.examined);
    const { box } = union;
    if (!box) return undefined;
    if (after === undefined) return { bbox: inDegrees(box), span: createdBetween(first, last) };
    const newest = await main.query<ThinRow>(fences, { consistent: false, descending: true, pageSize: 1 });
    return { bbox: everywhere, span: createdBetween(first, newest.rows[0]?.sk ?? last) };
  }
}

const inDegrees = ({ west, south, east, north }: GridBox): BoundingBox => [
  toDegrees(west),
  toDegrees(south),
  toDegrees(east),
  toDegrees(north),
];

const createdBetween = (first: string, last: string): Span => ({ from: createdAtOf(first), to: createdAtOf(last) });

export const readGeofenceExtent = defineCapability({
  tables: { main: ['Query'] },
  open: () => new GeofenceExtent(),
});
