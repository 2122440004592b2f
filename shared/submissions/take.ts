import type { Caller } from '../auth/caller.ts';
import type { FormRow } from '../fieldwork/form.ts';
import { MediaFields } from '../forms/media-fields.ts';
import { validate } from '../forms/validate.ts';
import { allWaiting, type Found, fitting, linkWaiting } from '../media/waiting.ts';
import { publish } from '../outbox/publish.ts';
import { Problem, problem } from '../problems/problem.ts';
import { absent, unchanged } from '../table/expressions.ts';
import { newId } from '../table/ids.ts';
import { shardOf } from '../table/key.ts';
import { formKeys } from '../table/keys/forms.ts';
import { submissionKeys } from '../table/keys/submissions.ts';
import { lostRace, retryingRaces } from '../table/races.ts';
import { Table } from '../table/table.ts';
import { Transaction } from '../table/transaction.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { FreeObject } from '../wire/free-object.ts';
import type { FormVersion, Given, KnownForms } from './known.ts';
import { checkPlaces } from './places.ts';
import {
  aboutOf,
  dateIn,
  eventDataOf,
  type GuardRow,
  type Holder,
  holderIn,
  putSubmission,
  type SubmissionHead,
  submitterOf,
} from './submission.ts';
import type { SubmissionFlag } from './wire.ts';

/** Taking in one submission: every route for submissions ends here. */

export interface Incoming extends Given {
  readonly data: FreeObject;
  readonly deviceId: string | null;
  readonly collectedAt: number;
  /** The id to give it; absent for a new id. */
  readonly id?: string | undefined;
  /** Where its data is in the body. */
  readonly loc: readonly (string | number)[];
}

/** `ignored`: the same `local_uuid` was stored before. */
export interface Taken {
  readonly status: 'accepted' | 'ignored';
  readonly id: string;
  readonly flags: readonly SubmissionFlag[];
}

export interface Taking {
  readonly caller: Caller;
  readonly known: KnownForms;
  readonly receivedAt: number;
  /** Refuses what the plan does not allow any more; called before something new is stored. */
  readonly requireRoom: () => void;
  /** Adds to the transaction that stores it. */
  readonly also?: (transaction: Transaction, taken: Taken) => void;
}

const main = new Table('main');
/** Stored data includes calculated values beside those that were sent. */
const mostStoredBytes = 2 * 1024 * 1024;

function conflict({ id }: Holder): Problem {
  return problem('LOCAL_UUID_CONFLICT', 'The local_uuid was used for a submission of another form.', { id });
}

function duplicateOf(guard: Holder, { formId }: Given): Taken {
  if (guard.formId !== formId) throw conflict(guard);
  return { status: 'ignored', id: guard.id, flags: [] };
}

function invalid(failures: Problem['fields'], details?: object): Problem {
  const count = failures?.length === 1 ? '1 field is invalid' : `${failures?.length} fields are invalid`;
  return new Problem('SUBMISSION_INVALID', count, details, { fields: failures ?? [] });
}

/**
 * The data to store and its flags.
 *
 * @throws SUBMISSION_INVALID with everything that is wrong
 */
async function checkData({ caller }: Taking, given: Incoming, { schema }: FormVersion) {
  const { tenant, workspace } = caller;
  const today = dateIn(workspace.timezone ?? 'UTC', given.collectedAt);
  const { data, failures, places } = validate(schema, given.data, given.loc, today);
  const { flags, failures: outside, refused } = await checkPlaces(tenant, failures.isFull ? [] : places);
  const all = [...failures.all, ...outside].slice(0, 100);
  if (all.length > 0) throw invalid(all, refused.length > 0 ? { within_geofence: refused } : undefined);
  if (Buffer.byteLength(JSON.stringify(data)) > mostStoredBytes) {
    throw invalid([{ type: 'too_long', loc: given.loc, msg: 'Is too large with what the form calculates' }]);
  }
  return { data, flags, today };
}

/** The guard as it is now, and the submission that has it, if its form exists. For a writer that has lost a race. */
async function holderNow({ caller, known }: Taking, { localUuid }: Given) {
  const { reference } = caller.tenant;
  const guard = await main.get<GuardRow>(submissionKeys.guard(reference, localUuid));
  const before = known.guardOf(localUuid);
  const holder = holderIn(guard);
  if (!holder || holder.id === before?.id) return { guard, holder: undefined };
  const form = await main.get<FormRow>(formKeys.body(reference, holder.formId));
  return { guard, holder: form && holder };
}

/**
 * Stores a submission, unless its `local_uuid` was stored before.
 *
 * @throws NOT_FOUND, FORM_NOT_PUBLISHED, LOCAL_UUID_CONFLICT, SUBMISSION_INVALID, and what `requireRoom` throws
 */
export async function take(taking: Taking, given: Incoming): Promise<Taken> {
  const { known, caller } = taking;
  const version = known.versionFor(given);
  if (version instanceof Problem && version.code !== 'FORM_NOT_PUBLISHED') throw version;
  const holder = known.holderOf(given.localUuid);
  if (holder) return duplicateOf(holder, given);
  if (version instanceof Problem) throw version;
  const { data, flags, today } = await checkData(taking, given, version);
  taking.requireRoom();
  const head = headOf(taking, given, version, flags);
  let guard = known.guardOf(given.localUuid);
  let isFirst = true;
  return await retryingRaces(async () => {
    if (!isFirst) {
      const now = await holderNow(taking, given);
      if (now.holder) return duplicateOf(now.holder, given);
      guard = now.guard;
    }
    isFirst = false;
    const waiting = guard?.waiting === undefined ? [] : await waitingFor(caller.tenant, head, version, data, today);
    return await store(taking, head, data, guard, waiting);
  });
}

/** The files that arrived before their submission. */
async function waitingFor(
  { reference }: Tenant,
  head: SubmissionHead,
  { schema }: FormVersion,
  data: object,
  today: string,
) {
  const all = await allWaiting(reference, head.localUuid);
  return all.length === 0 ? [] : fitting(all, head, new MediaFields(schema, data, today));
}

function headOf({ caller, receivedAt }: Taking, given: Incoming, version: FormVersion, flags: Taken['flags']) {
  const id = given.id ?? newId(receivedAt);
  return {
    id,
    formId: given.formId,
    versionId: version.versionId,
    num: version.num,
    projectId: version.form.projectId,
    localUuid: given.localUuid,
    deviceId: caller.phone?.deviceId ?? given.deviceId,
    ...submitterOf(caller),
    collectedAt: given.collectedAt,
    receivedAt,
    flags,
    shard: shardOf(caller.tenant.outboxShards, id),
  };
}

/**
 * Stores a submission in one transaction that shares no row with other submissions, so many can be stored in parallel.
 * The form may be deleted meanwhile: its submissions are removed once no request can be running any more.
 */
async function store(
  { caller, also }: Taking,
  head: SubmissionHead,
  data: FreeObject,
  guard: GuardRow | undefined,
  waiting: readonly Found[],
): Promise<Taken> {
  const { tenant } = caller;
  const taken = { status: 'accepted', id: head.id, flags: head.flags } as const;
  const transaction = new Transaction();
  const key = submissionKeys.guard(tenant.reference, head.localUuid);
  const asRead = guard ? unchanged({ id: guard.id, waiting: guard.waiting }) : absent;
  transaction.put(main, key, { id: head.id, formId: head.formId }, asRead, lostRace);
  putSubmission(transaction, tenant.reference, head, data, waiting.length > 0);
  const { links, orders } = linkWaiting(transaction, tenant.reference, head, waiting);
  publish(transaction, tenant, {
    id: newId(head.receivedAt),
    type: 'submission.created',
    subject: head.id,
    data: eventDataOf(head, links),
    about: aboutOf(head),
    handOver: orders,
  });
  also?.(transaction, taken);
  await transaction.commit();
  return taken;
}
