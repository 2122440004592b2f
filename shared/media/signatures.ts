/** The first bytes of files of each type. */

type Test = (bytes: Buffer) => boolean;

/** Whether the bytes at an offset are this text of one-byte characters. */
const has =
  (text: string, at = 0): Test =>
  (bytes) =>
    bytes.subarray(at, at + text.length).toString('latin1') === text;

const all =
  (...tests: readonly Test[]): Test =>
  (bytes) =>
    tests.every((test) => test(bytes));

/** The brand of a file of ISO base media: `....ftypheic`. */
const brand = (...names: readonly string[]): Test =>
  all(has('ftyp', 4), (bytes) => names.includes(bytes.subarray(8, 12).toString('latin1').trimEnd()));

/** The kind of an EBML document stands within its first bytes. */
const ebml = (kind: string): Test =>
  all(has('\x1a\x45\xdf\xa3'), (bytes) => bytes.subarray(0, 64).includes(kind, 0, 'latin1'));

const ogg = (...codecs: readonly string[]): Test =>
  all(has('OggS'), (bytes) => codecs.some((codec) => bytes.subarray(28, 40).includes(codec, 0, 'latin1')));

/** The header of a frame of MPEG audio: sync word, layer II or III, and a bit rate and a sampling rate that exist. */
const mpegFrame: Test = ([first = 0, second = 0, third = 0]) =>
  first === 0xff &&
  (second & 0xe0) === 0xe0 &&
  (second & 0x18) !== 0x08 &&
  [0x02, 0x04].includes(second & 0x06) &&
  (third & 0xf0) !== 0xf0 &&
  (third & 0x0c) !== 0x0c;

const adtsFrame: Test = ([first = 0, second = 0, third = 0]) =>
  first === 0xff && (second & 0xf6) === 0xf0 && (third & 0x3c) < 0x34;

/** Packets of 188 bytes, each with a sync byte. */
const transportStream: Test = (bytes) => bytes.length > 377 && [0, 188, 376].every((at) => bytes[at] === 0x47);

/** In the order in which they are tried. */
export const signatures: readonly (readonly [type: string, test: Test])[] = [
  ['image/jpeg', has('\xff\xd8\xff')],
  ['image/png', has('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
  ['image/gif', (bytes) => has('GIF87a')(bytes) || has('GIF89a')(bytes)],
  ['image/webp', all(has('RIFF'), has('WEBP', 8))],
  ['image/tiff', (bytes) => has('II*\0')(bytes) || has('MM\0*')(bytes)],
  // The size of its header is one of those that exist.
  [
    'image/bmp',
    all(has('BM'), (bytes) => bytes.length > 26 && [12, 40, 52, 56, 64, 108, 124].includes(bytes.readUInt32LE(14))),
  ],
  ['image/avif', brand('avif', 'avis')],
  ['image/heic', brand('heic', 'heix', 'heim', 'heis')],
  ['image/heif', brand('mif1', 'msf1')],
  ['image/jp2', has('\0\0\0\x0cjP  \r\n\x87\n')],
  ['image/jxl', (bytes) => has('\xff\x0a')(bytes) || has('\0\0\0\x0cJXL \r\n\x87\n')(bytes)],
  ['audio/mp4', brand('M4A', 'M4B', 'F4A', 'F4B')],
  ['video/quicktime', brand('qt')],
  ['video/3gpp', all(has('ftyp3g', 4))],
  ['video/mp4', all(has('ftyp', 4), (bytes) => /^[\w ]{4}$/.test(bytes.subarray(8, 12).toString('latin1')))],
  ['video/quicktime', (bytes) => ['moov', 'mdat', 'wide'].some((name) => has(name, 4)(bytes))],
  ['video/webm', ebml('webm')],
  ['video/matroska', ebml('matroska')],
  ['video/x-msvideo', all(has('RIFF'), has('AVI ', 8))],
  ['audio/wav', all(has('RIFF'), has('WAVE', 8))],
  ['audio/aiff', all(has('FORM'), (bytes) => /^AIF[FC]$/.test(bytes.subarray(8, 12).toString('latin1')))],
  ['video/ogg', ogg('theora')],
  ['audio/ogg', ogg('OpusHead', 'vorbis', 'Speex', 'FLAC')],
  ['audio/flac', has('fLaC')],
  ['audio/amr', has('#!AMR')],
  ['audio/mpeg', has('ID3')],
  ['audio/midi', has('MThd\0\0\0\x06')],
  ['audio/aac', adtsFrame],
  ['audio/mpeg', mpegFrame],
  ['video/mpeg', (bytes) => has('\0\0\x01\xba')(bytes) || has('\0\0\x01\xb3')(bytes)],
  ['video/mp2t', transportStream],
  ['application/pdf', has('%PDF-')],
];
