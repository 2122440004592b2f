import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { differences, isRun, notRun, printed, shellBlocks } from '../support/readme.ts';
import { root } from './sources.ts';

/** The commands in README.md can be pasted; `e2e/readme.stack.test.ts` runs them. */

const blocks = shellBlocks();

test('there are blocks to paste, and all but a few are run', () => {
  expect(blocks.filter(isRun).length).toBeGreaterThan(15);
  expect(blocks.filter((block) => !isRun(block)).map(({ commands }) => commands.split('\n')[0])).toEqual(
    Object.keys(notRun),
  );
});

describe.each(blocks.map((block) => [`line ${block.line}`, block] as const))('%s', (_, { commands }) => {
  test('holds nothing to fill in, and no id of another stack', () => {
    expect(commands).not.toMatch(/<\w|…|[\da-f]{8}-[\da-f]{4}-|hx_live_/);
  });

  test('holds no comment, which zsh takes for arguments', () => {
    expect(commands).not.toMatch(/(^|\s)#/m);
  });

  test('names scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...commands.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test('blocks are returned with their section, line and answer', () => {
  const text =
    '## One\n\n```sh\na\nb\n```\ntext\n```json\n{}\n```\n```json\n[]\n```\n## Two\n```sh\nc\n```\n## Three\n```json\n1\n```\n';
  expect(shellBlocks(text)).toEqual([
    { section: 'One', line: 4, commands: 'a\nb\n', answer: '{}\n' },
    { section: 'Two', line: 16, commands: 'c\n', answer: undefined },
  ]);
});

test('an answer is like a printed one but for what varies and what is left out', () => {
  const id = '01a1fe85-6f02-7a1c-9c5e-8f5d3a6f0b11';
  const wanted = printed(`{ "id": "${id}", "at": "2026-11-21T14:32:35.408Z", "list": [1, … ], "of": { "a": 1, … } }`);
  const answer = { id: id.replace('01', '02'), at: '2027-01-01T00:00:00Z', list: [1, 2], of: { a: 1, b: 2 } };
  expect(differences(wanted, answer)).toEqual([]);
  expect(differences(wanted, { ...answer, id: 'x', list: [2], more: 1 })).toEqual([
    `$.id is "x", printed is "${id}"`,
    '$.list[0] is 2, printed is 1',
    '$.more is 1, printed is undefined',
  ]);
  expect(differences(wanted, { ...answer, list: [], of: {} })).toEqual([
    '$.list has 0 items, printed are 1',
    '$.of.a is undefined, printed is 1',
  ]);
});
