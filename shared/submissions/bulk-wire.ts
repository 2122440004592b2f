import * as z from 'zod';
import { shownId } from '../entity/fields.ts';
import { checked } from '../http/failures.ts';
import { catalogue, type ProblemCode } from '../problems/catalogue.ts';
import type { FieldFailure } from '../problems/problem.ts';
import { givenLocalUuid, SubmissionDraft, SubmissionFlag, submissionId } from './wire.ts';

/** Many submissions in one body, and what became of each. */

export const mostOfBulk = 500;

/** Stands for an item of a bulk that is not a valid submission. */
export class InvalidItem {
  readonly localUuid: string | null;
  readonly failures: readonly FieldFailure[];

  constructor(given: unknown, failures: readonly FieldFailure[]) {
    const sent =
      typeof given === 'object' && given !== null ? (given as { local_uuid?: unknown }).local_uuid : undefined;
    this.localUuid = givenLocalUuid().safeParse(sent).data ?? null;
    this.failures = failures;
  }
}

/** Items of a bulk are independent: an invalid one does not refuse the others. */
function orInvalidItem<T extends z.ZodType>(item: T) {
  return item.catch(((failed?: { readonly input: unknown }) => {
    // zod asks for the value once without a failure, to document it.
    if (!failed) return undefined;
    const read = checked(item, 'body', failed.input);
    return new InvalidItem(failed.input, 'failures' in read ? read.failures : []);
  }) as never) as unknown as z.ZodType<z.output<T> | InvalidItem, z.input<T>>;
}

export const SubmissionBatch = z
  .array(orInvalidItem(SubmissionDraft).meta({ reference: 'SubmissionDraft' }))
  .min(1)
  .max(mostOfBulk)
  .meta({ example: [SubmissionDraft.meta()!.example] });

const codes = Object.keys(catalogue) as [ProblemCode, ...ProblemCode[]];
const item = { index: z.int(), local_uuid: z.string() };

const BulkAcceptedItem = z.object({ ...item, id: shownId(), flags: z.array(SubmissionFlag) });
const BulkIgnoredItem = z.object({ ...item, id: shownId(), reason: z.enum(['DUPLICATE', 'LOCAL_UUID_CONFLICT']) });
const BulkErrorItem = z.object({
  index: z.int(),
  local_uuid: z.string().nullable(),
  error_code: z.enum(codes),
  error: z.string(),
  detail: z.array(z.unknown().meta({ reference: 'ValidationErrorItem' })).optional(),
});

export const BulkSyncResult = z
  .object({
    accepted: z.array(BulkAcceptedItem.meta({ id: 'BulkSyncAccepted' })),
    ignored: z.array(BulkIgnoredItem.meta({ id: 'BulkSyncIgnored' })),
    errors: z.array(BulkErrorItem.meta({ id: 'BulkSyncError' })),
  })
  .meta({
    id: 'BulkSyncResult',
    example: {
      accepted: [{ index: 0, local_uuid: 'a', id: submissionId, flags: [] }],
      ignored: [{ index: 1, local_uuid: 'b', id: submissionId, reason: 'DUPLICATE' }],
      errors: [{ index: 2, local_uuid: 'c', error_code: 'FORM_NOT_PUBLISHED', error: 'The form is not published.' }],
    },
  });
export type BulkSyncResult = z.input<typeof BulkSyncResult>;
