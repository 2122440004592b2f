import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { bodyOf } from '../../../shared/http/body.ts';
import { fileForm } from '../../../shared/http/form.ts';
import { maxFileBytes, maxFormBytes } from '../../../shared/http/sent-file.ts';
import { multipart } from '../../support/forms.ts';

const { read } = fileForm(z.object({}));

const sent = (body: Buffer, type = 'multipart/form-data; boundary=----the-boundary') =>
  read({ headers: { 'content-type': type }, body: bodyOf(body.toString('base64'), true) });
const code = async (answer: Promise<object>) =>
  await answer.then(
    () => undefined,
    (error: { code?: string }) => error.code,
  );
const file = (bytes: Buffer, name = 'a.jpg') => ({ name, bytes });

describe('a form', () => {
  test('has texts and a file, whose bytes are as they were sent', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256));
    const { body } = multipart({ field_id: 'été 🏠', file: file(bytes, 'नमस्ते.jpg') });
    expect(await sent(body)).toEqual({ field_id: 'été 🏠', file: { filename: 'नमस्ते.jpg', bytes } });
  });

  test('may have a file of 4 MiB, and none that is larger', async () => {
    const of = (length: number) => sent(multipart({ file: file(Buffer.alloc(length)) }).body);
    expect(await of(maxFileBytes)).toMatchObject({ file: { bytes: { length: maxFileBytes } } });
    for (const length of [maxFileBytes + 1, maxFormBytes]) expect(await code(of(length))).toBe('FILE_TOO_LARGE');
  });

  test('names its parts as they are, whatever their names', async () => {
    const form = await sent(multipart({ ['__proto__']: 'a', constructor: 'b' }).body);
    expect(Object.entries(form)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    const twice = Buffer.concat([multipart({ a: '1' }).body.subarray(0, -22), multipart({ a: '2' }).body]);
    expect(await sent(twice)).toEqual({ a: ['1', '2'] });
  });

  test.each([
    ['ends inside of the file', multipart({ file: file(Buffer.alloc(100)) }).body.subarray(0, 150)],
    ['ends inside of a header', Buffer.from('------the-boundary\r\nContent-Dis')],
    ['has no boundary in it', Buffer.from('{"a":1}')],
    [
      'has a part without a name',
      Buffer.from('------the-boundary\r\nContent-Disposition: form-data\r\n\r\nx\r\n------the-boundary--'),
    ],
    [
      'is not UTF-8',
      Buffer.from(
        '------the-boundary\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n------the-boundary--',
        'latin1',
      ),
    ],
    [
      'names a file that is not in UTF-8',
      Buffer.from(
        '------the-boundary\r\nContent-Disposition: form-data; name="file"; filename="caf\xe9.txt"\r\n\r\nx\r\n------the-boundary--',
        'latin1',
      ),
    ],
  ])('that %s is refused', async (_, body) => {
    expect(await code(sent(body))).toBe('MALFORMED_JSON');
  });

  test('says what it is', async () => {
    const { body } = multipart({ a: 'b' });
    expect(await code(sent(body, 'multipart/form-data'))).toBe('MALFORMED_JSON');
    expect(await code(sent(body, 'application/json'))).toBe('UNSUPPORTED_MEDIA_TYPE');
    const headers = { 'content-type': 'multipart/form-data; boundary=x', 'content-encoding': 'gzip' };
    expect(await code(read({ headers, body: undefined }))).toBe('UNSUPPORTED_MEDIA_TYPE');
  });

  test('of more than twenty parts is refused', async () => {
    const parts = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`p${i}`, 'x']));
    await expect(sent(multipart(parts).body)).rejects.toMatchObject({ code: 'MALFORMED_JSON' });
  });
});
