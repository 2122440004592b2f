import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { countLookUps } from '../geocoding/budget.ts';
import type { Geocode } from '../geocoding/geocode.ts';
import { awaitRun, geocodesOf, startRun } from '../geocoding/run.ts';
import { ChunkMessage } from '../messages/geocode.ts';
import { problem } from '../problems/problem.ts';
import { newId } from '../table/ids.ts';
import { geocodingOf } from '../tenancy/geocoding-settings.ts';
import { decideByPlaces } from './deciding.ts';
import { type Decision, type Located, locate } from './decision.ts';
import { type BulkItem, itemsOf, needsGeocode } from './item.ts';
import type { PreviewItem, PreviewRequest, PreviewResponse } from './preview-wire.ts';
import { showMatch } from './results.ts';
import { deadlinesFrom } from './waiting.ts';

type Row = z.input<typeof PreviewItem>;

/** Shows what bulk creation would do under `skip`, without doing it. */
class Previewer {
  async preview(caller: Caller, given: z.output<typeof PreviewRequest>): Promise<z.input<typeof PreviewResponse>> {
    const items = itemsOf(given.items);
    const geocodes = await this.#geocode(caller, items);
    if (isDown(geocodes)) throw unavailable();
    const places = locate(items, geocodes);
    const decisions = await decideByPlaces(caller.tenant.reference, items, places, 'skip');
    const rows = decisions.map((decision, i) => rowOf(items[i]!, places[i]!, decision));
    const count = (status: Row['status']) => rows.filter((row) => row.status === status).length;
    const counts = { ok_count: count('ok'), dedup_count: count('dedup'), error_count: count('error') };
    return { items: rows, total: rows.length, ...counts };
  }

  /** Uses the same workers as bulk creation, so that both share the quota of the account. */
  async #geocode({ tenant, workspace }: Caller, items: readonly BulkItem[]): Promise<(Geocode | undefined)[]> {
    const addresses = items.filter(needsGeocode).map(({ address }) => address);
    if (addresses.length === 0) return [];
    await countLookUps(tenant.reference, addresses.length);
    const now = Date.now();
    const { geocode: until } = deadlinesFrom(now);
    const id = newId(now);
    const settings = geocodingOf(workspace);
    await startRun(tenant.reference, id, { addresses, settings, until, waitedFor: true, whenDone: null });
    return await geocodesOf(tenant.reference, id, await awaitRun(tenant.reference, id, until));
  }
}

/** Whether every result says that the geocoder is unavailable. */
function isDown(geocodes: readonly (Geocode | undefined)[]): boolean {
  const kinds = new Set(geocodes.map((geocode) => geocode?.kind));
  return kinds.has('unavailable') && !kinds.has('found') && !kinds.has('failed');
}

function unavailable() {
  const detail = 'The geocoder does not answer. Try again in a minute.';
  return problem('GEOCODER_UNAVAILABLE', detail, { dependency: 'geocoder' }, { retryAfterSeconds: 60 });
}

function rowOf({ address, index, tags }: BulkItem, place: Located, decision: Decision): Row {
  const row = { index, input_address: address, tags: [...tags] };
  if (place.kind === 'error') {
    const { code, message } = place;
    return {
      ...row,
      ...nowhere,
      status: 'error',
      error_reason: message,
      error_code: code === 'CREATE_FAILED' ? 'GEOCODE_FAILED' : code,
    };
  }
  const [match] = decision.kind === 'error' ? [] : decision.matches;
  return {
    ...row,
    status: match ? 'dedup' : 'ok',
    normalized_address: place.label,
    lat: place.latitude,
    lng: place.longitude,
    confidence: place.confidence,
    dedup_match: match ? showMatch(match, true) : null,
    error_reason: null,
    error_code: null,
  };
}

const nowhere = { normalized_address: null, lat: null, lng: null, confidence: null, dedup_match: null };

export const previewBatches = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'], cells: ['Query'], access: ['UpdateItem'] },
  sendsTo: [ChunkMessage],
  open: () => new Previewer(),
});
