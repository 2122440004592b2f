import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../walls/sources.ts';
import { faults } from './faults.ts';

test.each(faults)('"$title" can still be planted', ({ edits, suite }) => {
  const places = edits.map(({ file, find }) => readFileSync(join(root, file), 'utf8').split(find).length - 1);
  expect(places).toEqual(edits.map(() => 1));
  expect(existsSync(join(root, suite)), suite).toBe(true);
});
