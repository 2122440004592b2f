import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decidingBytes, detectType } from '../../../shared/media/detect.ts';
import { asAttachment, safeName } from '../../../shared/media/names.ts';
import { isAcceptedType } from '../../../shared/media/types.ts';
import { photo } from '../../support/forms.ts';

const latin = (text: string, length = text.length): Buffer =>
  Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(Math.max(0, length - text.length))]);

/** An entry of a ZIP archive that is stored as it is. */
function entry(name: string, content = ''): Buffer {
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04\x14', 'latin1');
  head.writeUInt32LE(content.length, 18);
  head.writeUInt32LE(content.length, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, Buffer.from(name + content, 'latin1')]);
}

const ooxml = 'application/vnd.openxmlformats-officedocument.';
const odf = 'application/vnd.oasis.opendocument.';

describe('the type of a file', () => {
  test.each([
    ['image/jpeg', photo()],
    ['image/png', latin('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01')],
    ['image/gif', latin('GIF89a\x01\0\x01\0')],
    ['image/webp', latin('RIFF\x24\0\0\0WEBPVP8 ')],
    ['image/bmp', latin('BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0', 54)],
    ['image/heic', latin('\0\0\0\x18ftypheic\0\0\0\0mif1heic')],
    ['image/avif', latin('\0\0\0\x1cftypavif\0\0\0\0')],
    ['image/tiff', latin('MM\0*\0\0\0\x08')],
    ['video/mp4', latin('\0\0\0\x20ftypisom\0\0\x02\0isomiso2')],
    ['video/quicktime', latin('\0\0\0\x14ftypqt  \0\0\0\0')],
    ['video/3gpp', latin('\0\0\0\x18ftyp3gp4\0\0\0\0')],
    ['video/webm', latin('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm')],
    ['video/matroska', latin('\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska')],
    ['audio/mp4', latin('\0\0\0\x1cftypM4A \0\0\0\0')],
    ['audio/mpeg', latin('ID3\x04\0\0\0\0\0\0')],
    ['audio/mpeg', latin('\xff\xfb\x90\x64', 400)],
    ['audio/aac', latin('\xff\xf1\x50\x80', 400)],
    ['audio/wav', latin('RIFF\x24\0\0\0WAVEfmt ')],
    ['audio/ogg', latin('OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead')],
    ['audio/amr', latin('#!AMR\n\x3c')],
    ['audio/flac', latin('fLaC\0\0\0\x22')],
    ['application/pdf', latin('%PDF-1.7\n%\xe2\xe3')],
    [
      `${ooxml}spreadsheetml.sheet`,
      Buffer.concat([entry('[Content_Types].xml', '<Types/>'), entry('xl/workbook.xml')]),
    ],
    [`${ooxml}wordprocessingml.document`, Buffer.concat([entry('_rels/.rels', 'x'), entry('word/document.xml')])],
    [`${odf}spreadsheet`, entry('mimetype', `${odf}spreadsheet`)],
    ['text/plain', Buffer.from('ተመልከት: 17 °C\n')],
    ['text/plain', latin('caf\xe9')],
    ['text/plain', Buffer.from('\ufeffhello', 'utf16le')],
  ])('%s is known by its first bytes, without a name', (type, bytes) => {
    expect(detectType(bytes, { filename: 'IMG_1' })).toBe(type);
    expect(isAcceptedType(type)).toBe(true);
  });

  test('a name decides between text and CSV, and between office files whose parts come late', () => {
    const csv = Buffer.from('a,b\n');
    expect(detectType(csv, { filename: 'a.CSV' })).toBe('text/csv');
    expect(detectType(csv, { filename: 'a', contentType: 'text/csv; charset=utf-8' })).toBe('text/csv');
    expect(detectType(entry('[Content_Types].xml'), { filename: 'a.pptx' })).toBe(
      `${ooxml}presentationml.presentation`,
    );
    expect(detectType(entry('[Content_Types].xml'), { filename: 'a.zip' })).toBeUndefined();
  });

  test.each([
    ['an SVG', Buffer.from('<svg/>')],
    ['an SVG behind a mark', Buffer.from('\ufeff\n <svg/>')],
    ['an SVG inside of text', Buffer.from('hello <svg onload=alert(1)>')],
    ['a page in a comment of a JPEG', Buffer.concat([photo(), Buffer.from('<ScRiPt >')])],
    ['an archive behind a PNG', Buffer.concat([latin('\x89PNG\r\n\x1a\n\0\0\0\rIHDR'), entry('a.class')])],
    ['a document in a GIF', latin('GIF89a%PDF-1.4')],
    ['a Java archive', entry('META-INF/MANIFEST.MF')],
    ['an OpenDocument of another kind', entry('mimetype', 'application/vnd.oasis.opendocument.database')],
    ['an old office file', latin('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')],
    ['a program', latin('\x7fELF\x02\x01\x01')],
    ['zeros', Buffer.alloc(100)],
  ])('%s has none', (_, bytes) => {
    expect(detectType(bytes, { filename: 'photo.jpg', contentType: 'image/jpeg' })).toBeUndefined();
  });

  test('metadata of photos is no markup', () => {
    const xmp = Buffer.from(
      'http://ns.adobe.com/xap/1.0/\0<?xpacket begin?><x:xmpmeta><rdf:RDF></rdf:RDF></x:xmpmeta>',
    );
    expect(detectType(Buffer.concat([photo(), xmp]), { filename: 'a' })).toBe('image/jpeg');
  });

  test('any bytes have an accepted type or none, and cost little', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (bytes, filename) => {
        const type = detectType(Buffer.from(bytes), { filename });
        expect(type === undefined || isAcceptedType(type)).toBe(true);
      }),
    );
    const worst = Buffer.from('PK\x03\x04'.repeat(decidingBytes), 'latin1');
    expect(detectType(worst, { filename: 'a.docx' })).toBeUndefined();
  });

  test.each(['image/svg+xml', 'image/SVG+xml ', 'text/html', 'application/zip', 'image/', 'image/jpeg\r\nX: y', ''])(
    '%j may not be declared',
    (type) => {
      expect(isAcceptedType(type)).toBe(false);
    },
  );
});

describe('the name of a file', () => {
  test('never has a folder, a control character or a mark that turns the direction', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (given) => {
        const name = safeName(given)!;
        expect(name).not.toMatch(/[/\\\p{Cc}\u202e\u2066]/u);
        expect(['', '.', '..']).not.toContain(name);
        expect(safeName(name)).toBe(name);
        expect(asAttachment(name)).toMatch(/^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.%~!$&+^`|-]*$/);
      }),
    );
  });

  test.each(['\u200b', ' \u00a0', '\u2800', '../'])('%j has nothing that can be seen', (given) => {
    expect(safeName(given)).toBe('file');
  });

  test('may have 255 characters, whatever these are', () => {
    expect(safeName('🏠'.repeat(255))).toBe('🏠'.repeat(255));
    expect(safeName('a'.repeat(256))).toBeUndefined();
  });
});
