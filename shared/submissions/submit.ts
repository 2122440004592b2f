import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import type { Once } from '../http/once.ts';
import { notFound, Problem, problem } from '../problems/problem.ts';
import { requireEventRoom, reserveEvents, tablesOfEventQuota, toldOfQuota } from '../usage/events.ts';
import { sideBySide } from '../worker/side-by-side.ts';
import { KnownForms } from './known.ts';
import { type Incoming, type Taken, type Taking, take } from './take.ts';
import {
  type BulkSyncResult,
  type HeadlessSubmission,
  NoSubmission,
  type SubmissionBatch,
  type SubmissionDraft,
} from './wire.ts';

type Headers = Record<string, string>;

const incoming = (draft: SubmissionDraft, receivedAt: number, loc: Incoming['loc']): Incoming => ({
  formId: draft.form_id,
  versionId: draft.form_version_id,
  localUuid: draft.local_uuid,
  data: draft.data,
  deviceId: draft.device_id ?? null,
  collectedAt: draft.collected_at ?? receivedAt,
  loc,
});

/** Reads what all submissions of a request need, and whether the plan has room for more. */
async function begin(caller: Caller, all: readonly Incoming[], receivedAt: number) {
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

/** No item of a bulk is begun later than this after the request. */
const budgetMilliseconds = 20_000;

/** Takes in many. Each stands alone; those with the same `local_uuid` are taken in one after the other. */
async function bulk(caller: Caller, items: z.output<typeof SubmissionBatch>) {
  const receivedAt = Date.now();
  const result = new Results();
  const groups = new Map<string, { readonly index: number; readonly given: Incoming }[]>();
  for (const [index, item] of items.entries()) {
    if (item instanceof NoSubmission) result.refuseItem(index, item);
    else {
      const given = incoming(item, receivedAt, ['body', index, 'data']);
      groups.set(given.localUuid, [...(groups.get(given.localUuid) ?? []), { index, given }]);
    }
  }
  const { taking, headers } = await begin(
    caller,
    [...groups.values()].flat().map(({ given }) => given),
    receivedAt,
  );
  taking.requireRoom();
  const fresh = [...groups.keys()].filter((localUuid) => !taking.known.holderOf(localUuid)).length;
  const reservation = await reserveEvents(caller.tenant, caller.principal, fresh);
  const until = receivedAt + budgetMilliseconds;
  await sideBySide([...groups.values()], (group) => takeGroup(taking, group, result, until), Number.POSITIVE_INFINITY);
  await reservation.use(result.accepted.length);
  return { headers, body: result.body() };
}

async function takeGroup(
  taking: Taking,
  group: readonly { readonly index: number; readonly given: Incoming }[],
  result: Results,
  until: number,
): Promise<void> {
  let first: { readonly id: string; readonly formId: string } | undefined;
  for (const { index, given } of group) {
    const { localUuid, formId } = given;
    if (first) {
      result.ignored.push({ index, local_uuid: localUuid, id: first.id, reason: reasonFor(first.formId === formId) });
      continue;
    }
    try {
      if (Date.now() >= until) throw problem('TIMEOUT', 'The time of the request was over before this was begun.');
      const taken = await take(taking, given);
      if (taken.status === 'accepted') first = { id: taken.id, formId };
      result.take(index, localUuid, taken);
    } catch (error) {
      result.refuse(index, localUuid, error);
    }
  }
}

const reasonFor = (isSameForm: boolean) => (isSameForm ? 'DUPLICATE' : 'LOCAL_UUID_CONFLICT');

class Results {
  readonly accepted: BulkSyncResult['accepted'] = [];
  readonly ignored: BulkSyncResult['ignored'] = [];
  readonly errors: BulkSyncResult['errors'] = [];

  take(index: number, local_uuid: string, { status, id, flags }: Taken): void {
    if (status === 'accepted') this.accepted.push({ index, local_uuid, id, flags: [...flags] });
    else this.ignored.push({ index, local_uuid, id, reason: 'DUPLICATE' });
  }

  /** Anything but a problem of this item is a fault, which fails the request: a retry finds what was stored. */
  refuse(index: number, local_uuid: string, error: unknown): void {
    if (!(error instanceof Problem)) throw error;
    const { code, message, fields, details } = error;
    if (code === 'LOCAL_UUID_CONFLICT') {
      this.ignored.push({ index, local_uuid, id: String(details?.id), reason: 'LOCAL_UUID_CONFLICT' });
    } else {
      this.errors.push({
        index,
        local_uuid,
        error_code: code,
        error: message,
        ...(fields ? { detail: [...fields] } : {}),
      });
    }
  }

  refuseItem(index: number, { localUuid, failures }: NoSubmission): void {
    const detail = failures.map(({ type, loc: [source, ...rest], msg }) => ({
      type,
      loc: [source!, index, ...rest],
      msg,
    }));
    const error = detail.length === 1 ? '1 field is invalid' : `${detail.length} fields are invalid`;
    this.errors.push({ index, local_uuid: localUuid, error_code: 'VALIDATION_ERROR', error, detail });
  }

  body(): BulkSyncResult {
    const inOrder = <T extends { readonly index: number }>(all: readonly T[]) =>
      all.toSorted((a, b) => a.index - b.index);
    return { accepted: inOrder(this.accepted), ignored: inOrder(this.ignored), errors: inOrder(this.errors) };
  }
}

export const submitForms = defineCapability({
  tables: {
    main: ['GetItem', 'BatchGetItem', 'Query', 'PutItem'],
    access: tablesOfEventQuota.access,
  },
  indexes: { main: ['place'] },
  raises: ['QUOTA_EXCEEDED', 'QUOTA_THROTTLED'],
  handsTo: toldOfQuota,
  open: () => ({ single, bulk, headless }),
});
