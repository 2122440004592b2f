import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import type { Once } from '../http/once.ts';
import { TendMediaMessage } from '../messages/media.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { quotaWarnings, requireEventRoom, reserveEvents, tablesOfEventQuota } from '../usage/events.ts';
import { KnownForms } from './known.ts';
import { type Incoming, type Taking, take } from './take.ts';
import type { HeadlessSubmission, SubmissionDraft } from './wire.ts';

type Headers = Record<string, string>;

export const incoming = (draft: SubmissionDraft, receivedAt: number, loc: Incoming['loc']): Incoming => ({
  formId: draft.form_id,
  versionId: draft.form_version_id,
  localUuid: draft.local_uuid,
  data: draft.data,
  deviceId: draft.device_id ?? null,
  collectedAt: draft.collected_at ?? receivedAt,
  loc,
});

/** Reads what all submissions of a request need, and whether the plan has room for more. */
export async function begin(caller: Caller, all: readonly Incoming[], receivedAt: number) {
  const known = new KnownForms(caller.tenant.reference);
  const [room, read] = await Promise.allSettled([requireEventRoom(caller.tenant, caller.principal), known.read(all)]);
  if (read.status === 'rejected') throw read.reason;
  const requireRoom = () => {
    if (room.status === 'rejected') throw room.reason;
  };
  const headers: Headers = room.status === 'fulfilled' ? room.value : {};
  return { taking: { caller, known, receivedAt, requireRoom }, headers };
}

/** Takes in one submission, and counts it. */
async function one(caller: Caller, given: Incoming, receivedAt: number, also?: Taking['also']) {
  const { taking, headers } = await begin(caller, [given], receivedAt);
  const reservation = await reserveEvents(caller.tenant, caller.principal, 1);
  try {
    const taken = await take({ ...taking, ...(also ? { also } : {}) }, given);
    await reservation.use(taken.status === 'accepted' ? 1 : 0);
    return { taken, headers };
  } catch (error) {
    if (error instanceof Problem) await reservation.use(0);
    throw error;
  }
}

/** @throws NOT_FOUND, FORM_NOT_PUBLISHED, LOCAL_UUID_CONFLICT, SUBMISSION_INVALID, QUOTA_EXCEEDED, QUOTA_THROTTLED */
async function single(caller: Caller, draft: SubmissionDraft, id?: string) {
  const receivedAt = Date.now();
  const { taken, headers } = await one(caller, { ...incoming(draft, receivedAt, ['body', 'data']), id }, receivedAt);
  return { ...taken, local_uuid: draft.local_uuid, flags: [...taken.flags], headers };
}

/**
 * As {@link single}. Without a `local_uuid` the id of the request is one: a retry after a crash then stores nothing again.
 */
async function headless(caller: Caller, draft: z.output<typeof HeadlessSubmission>, once: Once) {
  const receivedAt = Date.now();
  const { form_id, data_json: data, collected_at } = draft;
  const local_uuid = draft.local_uuid ?? once.objectId;
  const given = incoming({ form_id, data, local_uuid, collected_at }, receivedAt, ['body', 'data_json']);
  const { taken, headers } = await one(caller, given, receivedAt, (transaction, { id }) =>
    once.record(transaction, { status: 201, body: { status: 'accepted', id } }),
  ).catch((error: unknown) => {
    // For machines only published forms exist.
    throw error instanceof Problem && error.code === 'FORM_NOT_PUBLISHED' ? notFound('form') : error;
  });
  const isNew = taken.status === 'accepted' || draft.local_uuid === undefined;
  return { status: isNew ? 'accepted' : 'ignored', id: taken.id, headers } as const;
}

/** The rights for taking submissions in. */
export const submitting = {
  tables: {
    // Waiting files are linked.
    main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem'],
    access: tablesOfEventQuota.access,
  },
  indexes: { main: ['place'] },
  raises: ['QUOTA_EXCEEDED', 'QUOTA_THROTTLED'],
  handsTo: [...quotaWarnings, TendMediaMessage],
  defersTo: [TendMediaMessage],
} as const;

export const submitForms = defineCapability({ ...submitting, open: () => ({ single, headless }) });
