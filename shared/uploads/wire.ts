import * as z from 'zod';
import { sentFile } from '../http/sent-file.ts';
import { slotPattern } from '../media/slots.ts';
import { givenLocalUuid } from '../submissions/wire.ts';
import { whenMade } from '../wire/null.ts';
import { instant, strictObject } from '../wire/schema.ts';

/** Uploads as bodies and responses. */

const example = { submission_local_uuid: 'uuid-of-a-submission-to-come', field_id: 'photo' };
const mediaId = '01957e2b-a425-7c3e-8a51-3f2d6c0e8b11';

const destination = {
  submission_local_uuid: givenLocalUuid(),
  field_id: z
    .string()
    .max(140, { abort: true })
    .regex(slotPattern, 'Should be the id of a field, or "repeat[0].id" for one in a repeat'),
};

export const MediaForm = strictObject({ file: sentFile(), ...destination }).meta({ id: 'MediaForm' });
export type MediaForm = z.output<typeof MediaForm>;

export const UploadDraft = strictObject(
  whenMade({
    filename: z.string().min(1, { abort: true }).max(1024),
    content_type: z.string().min(3, { abort: true }).max(255),
    size_bytes: z.int().min(1),
    ...destination,
  }),
).meta({
  id: 'UploadDraft',
  example: { filename: 'photo.jpg', content_type: 'image/jpeg', size_bytes: 204_800, ...example },
});
export type UploadDraft = z.output<typeof UploadDraft>;

export const MediaResult = z
  .object({ media_file_id: z.string().meta({ format: 'uuid' }), filename: z.string(), size_bytes: z.int() })
  .meta({ id: 'MediaResult', example: { media_file_id: mediaId, filename: 'photo.jpg', size_bytes: 204_800 } });
export type MediaResult = z.input<typeof MediaResult>;

export const UploadAddress = z
  .object({
    media_file_id: z.string().meta({ format: 'uuid' }),
    url: z.string(),
    method: z.literal('PUT'),
    headers: z.record(z.string(), z.string()),
    expires_at: instant(),
  })
  .meta({
    id: 'UploadAddress',
    example: {
      media_file_id: mediaId,
      url: 'https://hexfence-files.s3.eu-west-1.amazonaws.com/pending/…?X-Amz-Signature=…',
      method: 'PUT',
      headers: { 'Content-Type': 'image/jpeg', 'Content-Length': '204800' },
      expires_at: '2026-03-17T14:50:00Z',
    },
  });
