import * as z from 'zod';
import { shownId } from '../entity/fields.ts';
import { freeObject, keptObject } from '../wire/free-object.ts';
import { givenId } from '../wire/id.ts';
import { whenMade } from '../wire/null.ts';
import { givenInstant, instant, strictObject } from '../wire/schema.ts';
import { exactKey } from '../wire/text.ts';

/** Submissions as bodies and responses. */

const mostDataBytes = 1024 * 1024;

const formId = '01957e2b-a421-7c3e-8a51-3f2d6c0e8b11';
const answers = { full_name: 'Maria Lopez', gps: { latitude: -0.2295, longitude: -78.5243 } };
export const submissionId = '01957e2b-a423-7c3e-8a51-3f2d6c0e8b11';
const localUuid = 'device-generated-uuid';
const collectedAt = '2026-03-17T14:35:00Z';

export const givenLocalUuid = () => exactKey(128);
const givenFormId = () => givenId().meta({ names: 'form' });

export const SubmissionDraft = strictObject(
  whenMade({
    form_id: givenFormId(),
    form_version_id: givenId().optional().meta({ format: 'uuid' }),
    local_uuid: givenLocalUuid(),
    data: freeObject(mostDataBytes).meta({ example: { full_name: 'Maria Lopez', has_water: 'yes' } }),
    device_id: z.guid().toLowerCase().optional(),
    collected_at: givenInstant().optional(),
  }),
).meta({
  id: 'SubmissionDraft',
  example: {
    form_id: formId,
    local_uuid: localUuid,
    data: { full_name: 'Maria Lopez', has_water: 'yes' },
    collected_at: collectedAt,
  },
});
export type SubmissionDraft = z.output<typeof SubmissionDraft>;

export const HeadlessSubmission = strictObject(
  whenMade({
    form_id: givenFormId(),
    data_json: freeObject(mostDataBytes).meta({ example: { full_name: 'Maria Lopez', has_water: 'yes' } }),
    collected_at: givenInstant().optional(),
    local_uuid: givenLocalUuid().optional(),
  }),
).meta({
  id: 'HeadlessSubmission',
  example: {
    form_id: formId,
    data_json: { full_name: 'Maria Lopez', has_water: 'yes' },
    collected_at: '2026-03-22T14:35:00Z',
    local_uuid: localUuid,
  },
});

export const SubmissionFlag = z
  .object({
    type: z.literal('within_geofence'),
    field: z.string(),
    distance_meters: z.number().nullable(),
    geofence_id: shownId().nullable(),
  })
  .meta({ id: 'SubmissionFlag' });
export type SubmissionFlag = z.input<typeof SubmissionFlag>;

export const sources = ['web', 'mobile', 'headless'] as const;
export type Source = (typeof sources)[number];

const SubmissionMedia = z
  .object({
    media_file_id: shownId(),
    field_id: z.string(),
    filename: z.string(),
    content_type: z.string(),
    size_bytes: z.int(),
    url: z.string(),
  })
  .meta({ id: 'SubmissionMedia' });

export const Submission = z
  .object({
    id: shownId(),
    form_id: shownId(),
    form_version_id: shownId(),
    version_num: z.int(),
    project_id: shownId(),
    local_uuid: z.string(),
    data: keptObject(),
    device_id: shownId().nullable(),
    submitted_by: z.string(),
    source: z.enum(sources),
    collected_at: instant(),
    received_at: instant(),
    flags: z.array(SubmissionFlag),
    media: z.array(SubmissionMedia),
  })
  .meta({
    id: 'Submission',
    example: {
      id: submissionId,
      form_id: formId,
      form_version_id: '01957e2b-a422-7c3e-8a51-3f2d6c0e8b11',
      version_num: 3,
      project_id: '01957e2b-a420-7c3e-8a51-3f2d6c0e8b11',
      local_uuid: localUuid,
      data: answers,
      device_id: null,
      submitted_by: 'user_0d0c4c1e-8a52-7d40-9a51-3f2d6c0e8b11',
      source: 'web',
      collected_at: collectedAt,
      received_at: '2026-03-17T14:35:09Z',
      flags: [],
      media: [],
    },
  });
export type Submission = z.input<typeof Submission>;

const receipt = { id: shownId(), local_uuid: z.string(), flags: z.array(SubmissionFlag) };
const receiptExample = { id: submissionId, local_uuid: localUuid, flags: [] };

export const SubmissionAccepted = z
  .object({ status: z.literal('accepted'), ...receipt })
  .meta({ id: 'SubmissionAccepted', example: { status: 'accepted', ...receiptExample } });

export const SubmissionIgnored = z
  .object({ status: z.literal('ignored'), ...receipt })
  .meta({ id: 'SubmissionIgnored', example: { status: 'ignored', ...receiptExample } });

export const HeadlessAccepted = z
  .object({ status: z.literal('accepted'), id: shownId() })
  .meta({ id: 'HeadlessAccepted', example: { status: 'accepted', id: submissionId } });

export const HeadlessIgnored = z
  .object({ status: z.literal('ignored'), id: shownId() })
  .meta({ id: 'HeadlessIgnored', example: { status: 'ignored', id: submissionId } });
