import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runAlone } from '../../../lib/local/alone.ts';

const directory = mkdtempSync(join(tmpdir(), 'alone-'));
afterAll(() => rmSync(directory, { recursive: true }));
const holder = fileURLToPath(new URL('./fixture/hold.ts', import.meta.url));

test('a second stack in one directory is refused, in another it is not', async () => {
  await runAlone(join(directory, 'one'), 'taken');
  await expect(runAlone(join(directory, 'one'), 'taken')).rejects.toThrow('taken');
  await expect(runAlone(join(directory, 'two'), 'taken')).resolves.toBeTypeOf('function');
});

test('a stack whose process was killed does not prevent a new one', async () => {
  const other = fork(holder, [join(directory, 'killed')]);
  await once(other, 'message');
  await expect(runAlone(join(directory, 'killed'), 'taken')).rejects.toThrow('taken');
  other.kill('SIGKILL');
  await once(other, 'exit');
  await expect(runAlone(join(directory, 'killed'), 'taken')).resolves.toBeTypeOf('function');
});

test('a released lock can be taken again', async () => {
  const release = await runAlone(join(directory, 'passed on'), 'taken');
  release();
  await expect(runAlone(join(directory, 'passed on'), 'taken')).resolves.toBeTypeOf('function');
});
