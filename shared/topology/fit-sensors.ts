import { defineCapability } from '../capability/capability.ts';
import { tablesOf, together } from '../entity/grants.ts';
import { readReferrer, referrersWith } from '../entity/links.ts';
import { findEntity } from '../entity/rows.ts';
import { nextVersion, touched, writeEntity } from '../entity/write.ts';
import { sameJson } from '../json/equality.ts';
import { FitMessage } from '../messages/fit-sensors.ts';
import type { Actor } from '../outbox/event.ts';
import { definitionsOf } from '../profiles/definitions.ts';
import { sendTo } from '../queue/sender.ts';
import { entityKeys } from '../table/keys/entities.ts';
import { workspaceKeys } from '../table/keys/workspaces.ts';
import { retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import { concurrently } from '../worker/concurrently.ts';
import { systemCaller } from '../workspaces/workspaces.ts';
import { components } from './components.ts';
import { fittedTo } from './fitting.ts';
import { sensors } from './sensors.ts';

/** Sensors of a component that was moved to another version of its profile. */

const main = new Table('main');

/** The time limit of one run of the worker; the next run does the rest. */
const longestMilliseconds = 45_000;

/**
 * Each sensor remembers the move that it was fitted after. So a redelivered message does not undo what somebody has
 * changed since, and messages about several moves may come in any order.
 */
async function fit(message: FitMessage): Promise<void> {
  const { tenant, componentId } = message;
  const until = Date.now() + longestMilliseconds;
  const workspace = await main.get<WorkspaceRow>(workspaceKeys.workspace(tenant));
  if (!workspace) return;
  const actor = systemCaller(workspace);
  const rows = await main.queryAll<{ sk: string }>(entityKeys.references(tenant, components.name, componentId), {
    between: referrersWith('cascade', sensors.name, 'componentId'),
  });
  const left = await concurrently(rows, ({ sk }) => fitOne(actor, readReferrer(sk).id), until);
  if (left > 0) await sendTo(FitMessage.order(message));
}

async function fitOne(actor: Actor, id: string): Promise<void> {
  const { reference } = actor.tenant;
  await retryingRaces(async () => {
    const before = await findEntity(sensors, reference, id);
    // Read after the sensor: if another run fits the sensor to a later version meanwhile, this write fails.
    const component = before && (await findEntity(components, reference, before.values.componentId));
    if (!before || !component) return;
    const { sensorProfileVersionId: versionId, moves: fittedMoves } = component.values;
    if (versionId === null || fittedMoves === before.values.fittedMoves) return;
    const definition = (await definitionsOf(reference, versionId)).get(before.values.key);
    const fitted = definition ? { ...before.values, ...fittedTo(definition, before.values.valueType) } : before.values;
    const values = { ...fitted, fittedMoves };
    const after = sameJson(fitted, before.values) ? touched(before, values) : nextVersion(before, values);
    await writeEntity(sensors, actor, before, after);
  });
}

export const fitSensors = defineCapability({
  tables: together([tablesOf(sensors, 'change'), { main: ['GetItem', 'Query'] }]),
  sendsTo: [FitMessage],
  open: () => ({ fit }),
});
