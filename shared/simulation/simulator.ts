import type { z } from 'zod';
import { defineCapability } from '../capability/capability.ts';
import { requireDevices } from '../devices/known.ts';
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
import type { TransitionType } from '../transitions/transition.ts';
import { printInstant } from '../wire/schema.ts';
import { type Outcome, type Simulated, simulated } from './run.ts';
import { mostEvents, type SimulatedGeofence, type Simulation, type SimulationRequest } from './wire.ts';

type Request = z.output<typeof SimulationRequest>;

const main = new Table('main');
/** Less than the timeout of the route. */
const mostMilliseconds = 24_000;

/** Runs the transition rules over a track; stores nothing and sends nothing. */
async function simulate(tenant: Tenant, asked: Request): Promise<z.input<typeof Simulation>> {
  const begun = Date.now();
  const fences = await fencesOf(tenant, asked.geofences);
  // No device has sent a point yet, so the track of each is empty.
  if (asked.deviceIds) await requireDevices(tenant.reference, asked.deviceIds);
  const active = fences.filter(({ status }) => status === 'active').map(ruled);
  const ids = asked.geofences.map(({ id }) => id ?? null);
  const { outcomes, points } = simulated((asked.track ?? []).map(fixOf), active, {
    startState: asked.startState,
    silentUntil: Number.POSITIVE_INFINITY,
    until: begun + mostMilliseconds,
  });
  return {
    pointsEvaluated: points,
    summary: summaryOf(outcomes),
    events: outcomes.slice(0, mostEvents).map(({ transition, actionFired, suppressedBy }) => ({
      type: transition.type,
      geofenceId: ids[Number(transition.geofenceId)] ?? null,
      deviceId: null,
      occurredAt: printInstant(transition.occurredAt),
      actionFired,
      suppressedBy,
    })),
    truncated: outcomes.length > mostEvents,
  };
}

/** The geofences of a simulation; the id of each is its index in the request. */
async function fencesOf(tenant: Tenant, given: readonly SimulatedGeofence[]): Promise<StoredFence[]> {
  const ids = [...new Set(given.flatMap(({ id }) => id ?? []))];
  const rows = await main.getMany<BodyRow>(ids.map((id) => geofenceKeys.body(tenant.reference, id)));
  const stored = new Map(rows.flatMap((row) => (row ? [[row.id, readBody(row)]] : [])));
  const now = Date.now();
  return given.map((one, index) => {
    const before = one.id === undefined ? undefined : stored.get(one.id);
    if (one.id !== undefined && !before) throw notFound('geofence');
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

function summaryOf(outcomes: readonly Outcome[]) {
  const count = (type: TransitionType) => outcomes.filter(({ transition }) => transition.type === type).length;
  const actionsFired = outcomes.filter(({ actionFired }) => actionFired).length;
  return { enter: count('enter'), exit: count('exit'), dwell: count('dwell'), cross: count('cross'), actionsFired };
}

export const simulateGeofences = defineCapability({
  tables: { main: ['BatchGetItem'] },
  open: () => ({ simulate }),
});
