import { randomUUID } from 'node:crypto';
import { type FormFile, multipart, photo } from '../support/forms.ts';
import { type Call, row, text } from './call.ts';
import { aPublished, schema } from './field-calls.ts';
import { signedIn } from './people.ts';
import type { Asked, World } from './world.ts';

/** Calls of files of submissions. */

export const withPhoto = {
  ...schema,
  fields: [
    ...schema.fields,
    { id: 'photo', type: 'photo', label: 'Photo' },
    { id: 'members', type: 'repeat', label: 'Members', fields: [{ id: 'face', type: 'photo', label: 'Face' }] },
  ],
};
const answers = { full_name: 'Maria Lopez', has_water: 'yes' };
const mebibyte = 1024 * 1024;

const file = (bytes: Buffer = photo(randomUUID()), name = 'photo.jpg'): FormFile => ({
  name,
  bytes,
  type: 'image/jpeg',
});

/** A form with a file. Without a `local_uuid`, it waits for a submission that does not exist. */
export const sending = (more: Readonly<Record<string, string | FormFile>> = {}): Asked =>
  multipart({ file: file(), submission_local_uuid: randomUUID(), field_id: 'photo', ...more });

/** A submission of a form with photos. */
export async function aPhotoless(world: World, asked: Asked = {}) {
  const submission_local_uuid = randomUUID();
  const form_id = await aPublished(world, withPhoto);
  const body = { form_id, local_uuid: submission_local_uuid, data: answers };
  const { status, body: made } = await world.call('submissions/create', { ...asked, body });
  if (status !== 201) throw new Error(JSON.stringify(made));
  return { submission_local_uuid, id: made.id as string };
}

export async function aMedia(world: World): Promise<string> {
  const { submission_local_uuid } = await aPhotoless(world);
  return (await world.call('media/upload', sending({ submission_local_uuid }))).body.media_file_id;
}

const draft = (more: object = {}) => ({
  filename: 'video.jpg',
  content_type: 'image/jpeg',
  size_bytes: 600,
  submission_local_uuid: randomUUID(),
  field_id: 'photo',
  ...more,
});

async function begun(world: World, more: object = {}, asked: Asked = {}) {
  return (await world.call('media/begin-upload', { ...asked, body: draft(more) })).body;
}

/** An upload whose file was sent, to the store of this process. */
export async function anUpload(
  world: World,
  bytes = photo(randomUUID()),
  more: object = {},
  asked: Asked = {},
): Promise<string> {
  const { platform } = await import('../platform/in-process.ts');
  const { media_file_id, url, headers } = await begun(world, { size_bytes: bytes.length, ...more }, asked);
  platform.store.upload(url, bytes, headers);
  return media_file_id;
}

const failed = (type: string, ...loc: string[]) => ({
  body: { detail: [{ type, loc: ['body', ...loc], msg: text }] },
});

const refused = (title: string, more: Readonly<Record<string, string | FormFile>>, type: string, loc: string): Call =>
  row(title, sending(more), [422, 'VALIDATION_ERROR'], failed(type, loc));

const ofUpload =
  (make: (world: World) => Promise<string>) =>
  async (world: World): Promise<Asked> => ({ params: { media_file_id: await make(world) } });

const unknown = randomUUID();

export const mediaCalls: Readonly<Record<string, readonly Call[]>> = {
  'media/upload': [
    row('one that waits', sending({ file: file(photo('a', 204_800)) }), 201, {
      body: { media_file_id: text, filename: 'photo.jpg', size_bytes: 204_800 },
    }),
    row(
      'of a submission',
      async (world) => sending({ submission_local_uuid: (await aPhotoless(world)).submission_local_uuid }),
      201,
    ),
    row(
      'the same again',
      async (world) => {
        const { submission_local_uuid } = await aPhotoless(world);
        const asked = sending({ submission_local_uuid, file: file(photo('same')) });
        await world.call('media/upload', asked);
        return asked;
      },
      200,
    ),
    row('4 MiB without a byte', sending({ file: file(photo(1, 4 * mebibyte - 1)) }), 201, {
      body: { size_bytes: 4 * mebibyte - 1 },
    }),
    row('4 MiB', sending({ file: file(photo(1, 4 * mebibyte)) }), 201, { body: { size_bytes: 4 * mebibyte } }),
    row('4 MiB and a byte', sending({ file: file(photo(1, 4 * mebibyte + 1)) }), [413, 'FILE_TOO_LARGE'], {
      body: { details: { max_bytes: 4 * mebibyte, upload_url_endpoint: '/api/v1/media/uploads' } },
    }),
    row('5 MiB', sending({ file: file(photo(1, 5 * mebibyte)) }), [413, 'FILE_TOO_LARGE']),
    row('an SVG', sending({ file: file(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'a.png') }), [
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ]),
    row(
      'a field that the form does not have',
      async (world) => sending({ ...(await uuidOf(world)), field_id: 'selfie' }),
      [422, 'VALIDATION_ERROR'],
      failed('unknown_reference', 'field_id'),
    ),
    row(
      'a field that holds no file',
      async (world) => sending({ ...(await uuidOf(world)), field_id: 'full_name' }),
      [422, 'VALIDATION_ERROR'],
      failed('unknown_reference', 'field_id'),
    ),
    row(
      'a row that the data does not have',
      async (world) => sending({ ...(await uuidOf(world)), field_id: 'members[0].face' }),
      [422, 'VALIDATION_ERROR'],
      failed('unknown_reference', 'field_id'),
    ),
    row(
      'a submission of somebody else, by a field worker',
      async (world) => ({ ...sending(await uuidOf(world)), as: 'field_worker' }),
      [404, 'NOT_FOUND'],
    ),
    refused('no text for a field', { field_id: '' }, 'pattern', 'field_id'),
    refused('a path', { field_id: 'a.b' }, 'pattern', 'field_id'),
    refused('an empty local_uuid', { submission_local_uuid: '' }, 'too_short', 'submission_local_uuid'),
    refused('a text as the file', { file: 'abc' }, 'type_error', 'file'),
    refused('an empty file', { file: file(Buffer.alloc(0)) }, 'too_short', 'file'),
    refused('a name of 256 characters', { file: file(photo(), 'n'.repeat(256)) }, 'too_long', 'file'),
    refused('a part that is unknown', { feild_id: 'photo' }, 'unknown_field', 'feild_id'),
    row('no file', multipart({ submission_local_uuid: 'a', field_id: 'photo' }), [422, 'VALIDATION_ERROR']),
    row('JSON', { body: {} }, [415, 'UNSUPPORTED_MEDIA_TYPE']),
    row('no body', { headers: { 'content-type': 'multipart/form-data; boundary=x' } }, [400, 'MALFORMED_JSON']),
    row('a form that ends too early', { ...sending(), body: sending().body?.toString().slice(0, -30) }, [
      400,
      'MALFORMED_JSON',
    ]),
    row('a viewer', { ...sending(), as: 'viewer' }, [403, 'SCOPE_MISSING']),
  ],
  'media/begin-upload': [
    row('a file that waits', { body: draft() }, 201, {
      body: {
        media_file_id: text,
        url: text,
        method: 'PUT',
        headers: { 'Content-Type': 'image/jpeg', 'Content-Length': '600' },
        expires_at: text,
      },
    }),
    row('the largest', { body: draft({ size_bytes: 104_857_600 }) }, 201),
    row('larger than the workspace allows', { body: draft({ size_bytes: 104_857_601 }) }, [413, 'FILE_TOO_LARGE'], {
      body: { details: { max_bytes: 104_857_600 } },
    }),
    row('SVG', { body: draft({ content_type: 'image/svg+xml' }) }, [415, 'UNSUPPORTED_MEDIA_TYPE']),
    row('an archive', { body: draft({ content_type: 'application/zip' }) }, [415, 'UNSUPPORTED_MEDIA_TYPE']),
    row('a byte', { body: draft({ size_bytes: 1 }) }, 201, { body: { headers: { 'Content-Length': '1' } } }),
    row(
      'a byte and a half',
      { body: draft({ size_bytes: 1.5 }) },
      [422, 'VALIDATION_ERROR'],
      failed('type_error', 'size_bytes'),
    ),
    row('no bytes', { body: draft({ size_bytes: 0 }) }, [422, 'VALIDATION_ERROR'], failed('too_small', 'size_bytes')),
    row(
      'a submission of somebody else, by a field worker',
      async (world) => ({ body: draft(await uuidOf(world)), as: 'field_worker' }),
      [404, 'NOT_FOUND'],
    ),
    row(
      'a field that the form does not have',
      async (world) => ({ body: draft({ ...(await uuidOf(world)), field_id: 'selfie' }) }),
      [422, 'VALIDATION_ERROR'],
      failed('unknown_reference', 'field_id'),
    ),
  ],
  'media/complete-upload': [
    row('what was uploaded', ofUpload(anUpload), 200, { body: { filename: 'video.jpg', size_bytes: 600 } }),
    row(
      'again',
      async (world) => {
        const asked = await ofUpload(anUpload)(world);
        await world.call('media/complete-upload', asked);
        return asked;
      },
      200,
    ),
    row(
      'nothing',
      ofUpload(async (world) => (await begun(world)).media_file_id),
      [409, 'INVALID_TRANSITION'],
      {
        body: { details: { from: 'uploading', to: 'complete' } },
      },
    ),
    row(
      'an SVG',
      ofUpload((world) => anUpload(world, Buffer.from('<svg onload="alert(1)"/>'))),
      [415, 'UNSUPPORTED_MEDIA_TYPE'],
    ),
    row(
      'an upload of somebody else, by a field worker',
      async (world) => ({ ...(await ofUpload(anUpload)(world)), as: 'field_worker' }),
      [404, 'NOT_FOUND'],
    ),
    row('an unknown one', { params: { media_file_id: unknown } }, [404, 'NOT_FOUND']),
  ],
  'media/get': [
    row('a photo', async (world) => ({ params: { media_id: await aMedia(world) } }), 200, {
      headers: { 'Content-Type': 'image/jpeg', 'X-Content-Type-Options': 'nosniff' },
    }),
    row(
      'an image, whatever is accepted',
      async (world) => ({ params: { media_id: await aMedia(world) }, headers: { accept: 'image/*' } }),
      200,
    ),
    row(
      'a document',
      async (world) => {
        const asked = sending({ file: { name: 'नोट.pdf', bytes: Buffer.from('%PDF-1.7\n') } });
        return { params: { media_id: (await world.call('media/upload', asked)).body.media_file_id } };
      },
      200,
      {
        headers: {
          'Content-Type': 'application/pdf',
          'Content-Disposition': `attachment; filename="___.pdf"; filename*=UTF-8''${encodeURIComponent('नोट')}.pdf`,
        },
      },
    ),
    row(
      'one of 5 MiB',
      async (world) => {
        const media_file_id = await anUpload(world, photo('large', 5 * mebibyte));
        await world.call('media/complete-upload', { params: { media_file_id } });
        return { params: { media_id: media_file_id } };
      },
      303,
      { headers: { Location: text } },
    ),
    row(
      'of somebody else, by a field worker',
      async (world) => ({
        params: { media_id: await aMedia(world) },
        key: (await signedIn(world, 'field_worker')).access_token,
      }),
      [404, 'NOT_FOUND'],
    ),
    row('an upload that is not complete', async (world) => ({ params: { media_id: await anUpload(world) } }), [
      404,
      'NOT_FOUND',
    ]),
    row('an unknown one', { params: { media_id: unknown } }, [404, 'NOT_FOUND']),
  ],
};

async function uuidOf(world: World) {
  const { submission_local_uuid } = await aPhotoless(world);
  return { submission_local_uuid };
}
