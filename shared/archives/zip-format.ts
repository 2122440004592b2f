/**
 * The records of a ZIP archive around its compressed files, as PKWARE's APPNOTE defines them. yazl writes the same ones,
 * but it cannot continue an archive that an earlier process began.
 */

/** A file of an archive, as its records describe it. */
export interface ZippedFile {
  readonly name: string;
  readonly crc32: number;
  /** Bytes before compression. */
  readonly size: number;
  readonly compressedSize: number;
  /** Where its local header begins, in bytes from the beginning of the archive. */
  readonly offset: number;
}

const signatures = {
  localHeader: 0x04034b50,
  descriptor: 0x08074b50,
  centralHeader: 0x02014b50,
  end: 0x06054b50,
  zip64End: 0x06064b50,
  zip64Locator: 0x07064b50,
};

const versions = { plain: 20, zip64: 45 };
/** Sizes follow the file, and names are UTF-8. */
const flags = 0x0808;
const deflated = 8;
/** A plain file, written on Unix, that everybody may read. */
const madeBy = (3 << 8) | versions.zip64;
const attributes = (0o100644 << 16) >>> 0;
/** In place of a number that only the ZIP64 record can hold. */
const seeZip64 = 0xffffffff;
const seeZip64Short = 0xffff;

const isLarge = ({ size, compressedSize, offset }: ZippedFile): boolean =>
  Math.max(size, compressedSize, offset) >= seeZip64;

type Field = readonly [bytes: 2 | 4 | 8, value: number];

/** Consecutive numbers, little endian. */
function numbers(...fields: readonly Field[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
}

/** A time of the UTC clock in the form of MS-DOS, which has steps of two seconds and begins in 1980. */
function dosTime(milliseconds: number): readonly [time: Field, date: Field] {
  const at = new Date(Math.max(milliseconds, Date.UTC(1980, 0, 1)));
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  return [
    [2, time],
    [2, date],
  ];
}

/** The record before the content of a file. */
export function localHeader(name: string, modifiedAt: number): Buffer {
  const bytes = Buffer.from(name);
  const fixed = numbers(
    [4, signatures.localHeader],
    [2, versions.plain],
    [2, flags],
    [2, deflated],
    ...dosTime(modifiedAt),
    [4, 0],
    [4, 0],
    [4, 0],
    [2, bytes.length],
    [2, 0],
  );
  return Buffer.concat([fixed, bytes]);
}

/** The record after the content of a file. */
export function descriptor(file: ZippedFile): Buffer {
  const width = isLarge(file) ? 8 : 4;
  return numbers([4, signatures.descriptor], [4, file.crc32], [width, file.compressedSize], [width, file.size]);
}

function centralHeader(file: ZippedFile, modifiedAt: number): Buffer {
  const name = Buffer.from(file.name);
  const large = isLarge(file);
  const extra = large
    ? numbers([2, 1], [2, 24], [8, file.size], [8, file.compressedSize], [8, file.offset])
    : Buffer.alloc(0);
  const fixed = numbers(
    [4, signatures.centralHeader],
    [2, madeBy],
    [2, large ? versions.zip64 : versions.plain],
    [2, flags],
    [2, deflated],
    ...dosTime(modifiedAt),
    [4, file.crc32],
    [4, large ? seeZip64 : file.compressedSize],
    [4, large ? seeZip64 : file.size],
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, attributes],
    [4, large ? seeZip64 : file.offset],
  );
  return Buffer.concat([fixed, name, extra]);
}

/** The end of an archive: the list of its files. */
export function centralDirectory(files: readonly ZippedFile[], offset: number, modifiedAt: number): Buffer {
  const list = Buffer.concat(files.map((file) => centralHeader(file, modifiedAt)));
  const large = offset + list.length >= seeZip64 || files.length >= seeZip64Short;
  const zip64 = numbers(
    [4, signatures.zip64End],
    [8, 44],
    [2, madeBy],
    [2, versions.zip64],
    [4, 0],
    [4, 0],
    [8, files.length],
    [8, files.length],
    [8, list.length],
    [8, offset],
    [4, signatures.zip64Locator],
    [4, 0],
    [8, offset + list.length],
    [4, 1],
  );
  const count = large ? seeZip64Short : files.length;
  const end = numbers(
    [4, signatures.end],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, large ? seeZip64 : list.length],
    [4, large ? seeZip64 : offset],
    [2, 0],
  );
  return Buffer.concat([list, ...(large ? [zip64] : []), end]);
}
