import type { z } from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { coverReport } from '../geo/area.ts';
import { cellOutline } from '../geo/cell-outline.ts';
import { type Cell, cellToH3, resolutionOf } from '../geo/cells.ts';
import { notFound } from '../problems/problem.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { Fence } from './fence.ts';
import type { GeofenceCellFeatures, GeofenceCells } from './insight-wire.ts';
import { type BodyRow, readBody } from './rows.ts';

const main = new Table('main');

/** Shows what the index holds for a fence. */
class GeofenceCellReader {
  async cells(tenant: Tenant, id: string): Promise<z.input<typeof GeofenceCells>> {
    const { cover, fence } = await this.#covered(tenant, id);
    const { covers, excessAreaRatio } = coverReport(fence.shape.geometry, cover);
    return {
      geofenceId: id,
      scheme: 'h3',
      count: cover.length,
      resolutions: [...new Set(cover.map(resolutionOf))].sort((a, b) => a - b),
      covers,
      excessAreaRatio,
      geofenceVersion: fence.version,
      cells: cover.map(cellToH3),
    };
  }

  async cellFeatures(tenant: Tenant, id: string): Promise<z.input<typeof GeofenceCellFeatures>> {
    const { cover } = await this.#covered(tenant, id);
    const features = cover.map((cell) => ({
      type: 'Feature' as const,
      id: cellToH3(cell),
      geometry: cellOutline(cell),
      properties: { resolution: resolutionOf(cell) },
    }));
    return { type: 'FeatureCollection', features };
  }

  async #covered(tenant: Tenant, id: string): Promise<{ fence: Fence; cover: readonly Cell[] }> {
    const row = await main.get<BodyRow>(geofenceKeys.body(tenant.reference, id));
    if (!row) throw notFound('geofence');
    const fence = readBody(row);
    return { fence, cover: fence.index.cover };
  }
}

export const readGeofenceCells = defineCapability({
  tables: { main: ['GetItem'] },
  open: () => new GeofenceCellReader(),
});
