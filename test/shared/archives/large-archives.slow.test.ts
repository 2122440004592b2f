import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ZipWriter } from '../../../shared/archives/zip-writer.ts';

test('Python opens an archive whose first file has more than 4 GiB', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'hexfence-zip-'));
  try {
    const path = join(directory, 'large.zip');
    const file = await open(path, 'w');
    const writer = await ZipWriter.from(async (bytes) => void (await file.write(bytes)), Date.now());
    const piece = Buffer.alloc(64 * 1024 * 1024);
    await writer.begin('large.csv');
    for (let i = 0; i < 65; i++) await writer.write(piece);
    await writer.end();
    await writer.begin('small.csv');
    await writer.write(Buffer.from('a'));
    await writer.end();
    await writer.close();
    await file.close();
    const program = `
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print([i.file_size for i in z.infolist()])`;
    const told = execFileSync('python3', ['-c', program, path], { encoding: 'utf8' });
    expect(told.trim()).toBe(`[${65 * piece.length}, 1]`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}, 300_000);
