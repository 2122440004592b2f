import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { defineCapability } from '../capability/capability.ts';
import { Problem, problem } from '../problems/problem.ts';
import { reserveEvents } from '../usage/events.ts';
import { concurrently } from '../worker/concurrently.ts';
import { type BulkSyncResult, InvalidItem, type SubmissionBatch } from './bulk-wire.ts';
import { begin, incoming, submitting } from './submit.ts';
import { type Incoming, type Taken, type Taking, take } from './take.ts';

/** No item of a bulk is begun later than this after the request. */
const budgetMilliseconds = 20_000;

/** Takes in many submissions, independently of each other; those with the same `local_uuid` one after the other. */
async function bulk(caller: Caller, items: z.output<typeof SubmissionBatch>) {
  const receivedAt = Date.now();
  const result = new Results();
  const groups = new Map<string, { readonly index: number; readonly given: Incoming }[]>();
  for (const [index, item] of items.entries()) {
    if (item instanceof InvalidItem) result.refuseItem(index, item);
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
  await concurrently(
    [...groups.values()],
    (group) => takeGroup(taking, group, result, until),
    Number.POSITIVE_INFINITY,
  );
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

  refuseItem(index: number, { localUuid, failures }: InvalidItem): void {
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

export const submitInBulk = defineCapability({ ...submitting, open: () => ({ bulk }) });
