import { Buffer } from 'node:buffer';

/** Bodies of multipart/form-data, as clients write them, and files to send in them. */

export interface FormFile {
  /** Absent: the part has no name of a file. */
  readonly name?: string;
  readonly bytes: Buffer;
  readonly type?: string;
}

const boundary = '----the-boundary';

const head = (name: string, { name: filename, type = 'application/octet-stream' }: Partial<FormFile>) => {
  const as = filename === undefined ? '' : `; filename="${filename.replaceAll('"', '%22')}"`;
  return `Content-Disposition: form-data; name="${name}"${as}\r\nContent-Type: ${type}`;
};

/** @param parts files and texts by their names */
export function multipart(parts: Readonly<Record<string, string | FormFile>>) {
  const chunks = Object.entries(parts).flatMap(([name, part]) => {
    const isText = typeof part === 'string';
    const header = isText ? `Content-Disposition: form-data; name="${name}"` : head(name, part);
    return [`--${boundary}\r\n${header}\r\n\r\n`, isText ? part : part.bytes, '\r\n'];
  });
  const body = Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk as string)));
  return { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}

/** A JPEG of one pixel that is turned by its EXIF, then bytes that make it differ from others. */
export function photo(seed: string | number = 0, sizeBytes = 600): Buffer {
  const orientation = Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0', 'latin1');
  const app1 = Buffer.concat([Buffer.from([0xff, 0xe1, 0, orientation.length + 2]), orientation]);
  const beginning = Buffer.concat([Buffer.from([0xff, 0xd8]), app1, Buffer.from(`\xff\xfe\0\x40${seed}`, 'latin1')]);
  return Buffer.concat([beginning, Buffer.alloc(sizeBytes - beginning.length, 0x55)]);
}
