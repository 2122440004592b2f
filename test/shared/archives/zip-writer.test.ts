import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Checksum } from '../../../shared/archives/checksum.ts';
import { type ZipState, ZipWriter } from '../../../shared/archives/zip-writer.ts';
import { runs } from '../../support/thorough.ts';
import { sha256, unzipped } from './reading.ts';

const modifiedAt = Date.parse('2024-01-15T10:30:42Z');

type Step = { readonly write: Buffer } | 'next file' | 'another process';

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => ({ write: Buffer.from(bytes) })) },
  // More than a block, which is compressed beside the next one.
  { weight: 1, arbitrary: fc.nat(9).map((n) => ({ write: Buffer.alloc(1_200_000, `${n} row\r\n`) })) },
  { weight: 2, arbitrary: fc.constant('next file' as const) },
  { weight: 3, arbitrary: fc.constant('another process' as const) },
);

/** Writes an archive; after 'another process' a new writer continues from the stored state. */
async function written(steps: readonly Step[]) {
  const chunks: Buffer[] = [];
  const sink = async (bytes: Buffer) => void chunks.push(bytes);
  const expected: Buffer[][] = [[]];
  let writer = await ZipWriter.from(sink, modifiedAt);
  await writer.begin('file 0.csv');
  for (const one of steps) {
    if (one === 'another process') {
      const stored = JSON.stringify(await writer.save());
      writer = await ZipWriter.from(sink, modifiedAt, JSON.parse(stored) as ZipState);
    } else if (one === 'next file') {
      await writer.end();
      await writer.begin(`file ${expected.length}.csv`);
      expected.push([]);
    } else {
      await writer.write(one.write);
      expected.at(-1)!.push(one.write);
    }
  }
  await writer.end();
  await writer.close();
  return { archive: Buffer.concat(chunks), writer, expected: expected.map((parts) => Buffer.concat(parts)) };
}

test('an archive holds what was written, however many processes wrote it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { archive, writer, expected } = await written(steps);
      const files = await unzipped(archive);
      expect([...files.keys()]).toEqual(expected.map((_, i) => `file ${i}.csv`));
      for (const [i, content] of expected.entries()) {
        expect(files.get(`file ${i}.csv`)!.equals(content)).toBe(true);
        const entry = writer.files[i]!;
        expect([entry.sha256, entry.crc32, entry.size]).toEqual([sha256(content), crc32(content), content.length]);
      }
    }),
    { numRuns: runs(100) },
  );
}, 60_000);

/** What Python's reader, which checks every sum, says of an archive: names, sizes, sums and times. */
function inPython(archive: Buffer): unknown {
  const directory = mkdtempSync(join(tmpdir(), 'hexfence-zip-'));
  try {
    const path = join(directory, 'a.zip');
    writeFileSync(path, archive);
    const program = `
import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(json.dumps([[i.filename, i.file_size, i.CRC, list(i.date_time)] for i in z.infolist()]))`;
    return JSON.parse(execFileSync('python3', ['-c', program, path], { encoding: 'utf8' }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

test('Python opens an archive and finds its sums right, and names that are not ASCII too', async () => {
  const chunks: Buffer[] = [];
  const writer = await ZipWriter.from(async (bytes) => void chunks.push(bytes), modifiedAt);
  await writer.begin('Größe 測定.csv');
  await writer.write(Buffer.from('a,b\r\n'));
  await writer.end();
  await writer.begin('empty.csv');
  await writer.end();
  await writer.close();
  expect(inPython(Buffer.concat(chunks))).toEqual([
    ['Größe 測定.csv', 5, crc32('a,b\r\n'), [2024, 1, 15, 10, 30, 42]],
    ['empty.csv', 0, 0, [2024, 1, 15, 10, 30, 42]],
  ]);
});

test('Python does not see a file that is discarded, and finds the one that takes its name', async () => {
  const chunks: Buffer[] = [];
  const sink = async (bytes: Buffer) => void chunks.push(bytes);
  const first = await ZipWriter.from(sink, modifiedAt);
  await first.begin('film.mp4', { level: 0, note: { id: 1 } });
  await first.write(Buffer.from('the beginning of a fi'));
  const stored = JSON.stringify(await first.save());
  const writer = await ZipWriter.from(sink, modifiedAt, JSON.parse(stored) as ZipState);
  expect(writer.openNote).toEqual({ id: 1 });
  await writer.discard();
  await writer.begin('film.mp4', { level: 0, note: { id: 2 } });
  await writer.write(Buffer.from('another'));
  await writer.end();
  await writer.close();
  expect(writer.files).toMatchObject([{ name: 'film.mp4', note: { id: 2 } }]);
  expect(inPython(Buffer.concat(chunks))).toEqual([['film.mp4', 7, crc32('another'), [2024, 1, 15, 10, 30, 42]]]);
});

test('Python finds files of more than 4 GiB, and files behind them', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hexfence-zip-'));
  try {
    const path = join(directory, 'large.zip');
    const file = await open(path, 'w');
    const large = 5 * 2 ** 30;
    // The first file is a hole in this one: nobody reads it.
    const { sha256: state } = (await Checksum.from()).state;
    const first = { name: 'large.csv', offset: 0, compressedSize: large, crc32: 7, size: 2 * large, sha256: state };
    let at = large + 39;
    const sink = async (bytes: Buffer) => {
      await file.write(bytes, 0, bytes.length, at);
      at += bytes.length;
    };
    const writer = await ZipWriter.from(sink, modifiedAt, { offset: at, files: [], open: first });
    await writer.end();
    await writer.begin('small.csv');
    await writer.write(Buffer.from('a,b'));
    await writer.end();
    await writer.close();
    await file.close();
    const program = `
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
print([[i.filename, i.file_size, i.compress_size, i.CRC] for i in z.infolist()][:1], z.read('small.csv'))`;
    const output = execFileSync('python3', ['-c', program, path], { encoding: 'utf8' });
    expect(output.trim()).toBe(`[['large.csv', ${2 * large}, ${large + 2}, 7]] b'a,b'`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('a block that the consumer refuses fails the next write, and not the process', async () => {
  const writer = await ZipWriter.from(async (bytes) => {
    if (bytes.length > 100) throw new Error('The store is away');
  }, modifiedAt);
  await writer.begin('a.csv');
  const noise = Buffer.from(Array.from({ length: 1_100_000 }, (_, i) => (i * i * 31) % 251));
  await writer.write(noise);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(writer.save()).rejects.toThrow('The store is away');
});
