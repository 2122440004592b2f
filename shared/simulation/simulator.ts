import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { requireDevices } from '../devices/known.ts';
import { ownerFor } from '../devices/owner.ts';
import { roundDegrees } from '../geo/sphere.ts';
import { changeFence, draftFence, type Fence as StoredFence } from '../geofences/fence.ts';
import { type BodyRow, readBody } from '../geofences/rows.ts';
import { actionRulesOf, rulesOf } from '../geofences/rules.ts';
import { type FieldFailure, invalidFields, notFound, Problem } from '../problems/problem.ts';
import { newId } from '../table/ids.ts';
import { geofenceKeys } from '../table/keys/geofences.ts';
import { Table } from '../table/table.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import { Fence, type Fix } from '../transitions/fence.ts';
import { Report } from './report.ts';
import { type Simulated, simulateDevice, sortedByTime } from './run.ts';
import { fixesOf, tracksOf } from './stored-tracks.ts';
import type { SimulatedGeofence, Simulation, SimulationRequest } from './wire.ts';

type Request = z.output<typeof SimulationRequest>;

const main = new Table('main');
/** Less than the timeout of the route. */
const mostMilliseconds = 24_000;

/** Runs the transition rules over a track, or over stored points; stores nothing and sends nothing. */
async function simulate(caller: Caller, asked: Request): Promise<z.input<typeof Simulation>> {
  const until = Date.now() + mostMilliseconds;
  const { tenant } = caller;
  const { deviceIds, from, to, startState } = asked;
  const [fences] = await Promise.all([
    fencesOf(tenant, asked.geofences),
    deviceIds && requireDevices(tenant.reference, deviceIds, ownerFor(caller)),
  ]);
  const active = fences.filter(({ status }) => status === 'active').map(ruled);
  const report = new Report(asked.geofences.map(({ id }) => id ?? null));
  if (!deviceIds) {
    const track = [sortedByTime((asked.track ?? []).map(fixOf))];
    const conditions = { startState, silentUntil: Number.POSITIVE_INFINITY, until };
    report.points += await simulateDevice(track, active, conditions, (outcome) => report.take(outcome, null));
    return report.shown();
  }
  const conditions = { startState, silentUntil: to!, until };
  for (const track of await tracksOf(tenant.reference, deviceIds, { from: from!, to: to! })) {
    const pages = fixesOf(tenant.reference, track);
    report.points += await simulateDevice(pages, active, conditions, (outcome) => report.take(outcome, track.deviceId));
  }
  return report.shown();
}

/** The geofences of a simulation; the id of each is its index in the request. */
async function fencesOf(tenant: Tenant, given: readonly SimulatedGeofence[]): Promise<StoredFence[]> {
  const ids = [...new Set(given.flatMap(({ id }) => id ?? []))];
  const rows = await main.getMany<BodyRow>(ids.map((id) => geofenceKeys.body(tenant.reference, id)));
  const stored = new Map(rows.flatMap((row) => (row ? [[row.id, readBody(row)]] : [])));
  const now = Date.now();
  return given.map((one, index) => {
    const before = one.id === undefined ? undefined : stored.get(one.id);
    if (one.id !== undefined && !before) throw notFound('geofence', one.id);
    const fence = placed(index, () => {
      const { id: _, ...fields } = one;
      return before
        ? changeFence(before, fields, 'patch', now)
        : draftFence(newId(now), { ...fields, name: one.name! }, now);
    });
    return { ...fence, id: String(index), activatedAt: Number.NEGATIVE_INFINITY };
  });
}

/** Reports failures of one geofence at its place in the body. */
function placed<T>(index: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Problem) || !error.fields) throw error;
    const below = ({ loc: [source = 'body', ...rest], ...failure }: FieldFailure): FieldFailure => ({
      ...failure,
      loc: [source, 'geofences', index, ...rest],
    });
    throw invalidFields(error.fields.map(below));
  }
}

const ruled = (fence: StoredFence): Simulated => ({ fence: new Fence(rulesOf(fence)), action: actionRulesOf(fence) });

function fixOf({ latitude, longitude, recordedAt, accuracyMeters }: NonNullable<Request['track']>[number]): Fix {
  return {
    at: recordedAt,
    receivedAt: recordedAt,
    latitude: roundDegrees(latitude),
    longitude: roundDegrees(longitude),
    accuracyMeters: accuracyMeters ?? null,
  };
}

export const simulateGeofences = defineCapability({
  tables: { main: ['GetItem', 'BatchGetItem'], telemetry: ['Query'] },
  raises: ['NOT_FOUND', 'BATCH_TOO_LARGE', 'TIMEOUT'],
  open: () => ({ simulate }),
});
