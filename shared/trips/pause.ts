import { defineCapability } from '../capability/capability.ts';
import type { Recording } from '../http/once.ts';
import type { Actor } from '../outbox/event.ts';
import { problem } from '../problems/problem.ts';
import { Transaction } from '../table/transaction.ts';
import { results, resumed, type Scene, type Step, stepOnRequest, stopped, written } from './step.ts';
import { pausesOf, type TripRow } from './trip.ts';
import type { ShownTrip } from './wire.ts';

/** Pauses and resumes trips. */

/** A trip's row has them all. */
const mostPauses = 1000;

export const hasAllPauses = (row: TripRow): boolean => pausesOf(row).length >= mostPauses;

/** @throws INVALID_TRANSITION */
function requirePossible(row: TripRow, step: Step): void {
  const details = { from: row.status, to: results[step] };
  if (row.status === 'ENDED') throw problem('INVALID_TRANSITION', 'The session has ended.', details);
  if (step !== 'pause' || !hasAllPauses(row)) return;
  const detail = `The session was paused ${mostPauses} times, which is the most; end it and start another.`;
  throw problem('INVALID_TRANSITION', detail, details);
}

export async function pauseTrip(actor: Actor, scene: Scene, at: number, once: Recording): Promise<ShownTrip> {
  const after = await stopped(actor.tenant.reference, scene, 'PAUSED', at);
  const pauses = JSON.stringify([...pausesOf(scene.row), [at, null]]);
  return await commit(written(actor, scene, 'pause', after, { pauses }), once);
}

export async function resumeTrip(actor: Actor, scene: Scene, at: number, once: Recording): Promise<ShownTrip> {
  const after = await resumed(actor.tenant.reference, scene, at);
  const all = pausesOf(scene.row);
  const pauses = JSON.stringify(all.with(-1, [all.at(-1)![0], at]));
  return await commit(written(actor, scene, 'resume', after, { pauses }), once);
}

async function commit({ shown, write }: ReturnType<typeof written>, once: Recording): Promise<ShownTrip> {
  const transaction = new Transaction();
  write(transaction);
  once.record(transaction, { status: 200, body: shown });
  await transaction.commit();
  return shown;
}

const tables = {
  main: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
  telemetry: ['Query'],
} as const;
const raises = ['NOT_FOUND', 'INVALID_TRANSITION'] as const;

export const pauseTrips = defineCapability({
  tables,
  raises,
  open: () => ({ pause: stepOnRequest('pause', pauseTrip, requirePossible) }),
});

export const resumeTrips = defineCapability({
  tables,
  raises,
  open: () => ({ resume: stepOnRequest('resume', resumeTrip, requirePossible) }),
});
