import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './sources.ts';

/** The top folder of the project: a file that is not listed here belongs into a subfolder. */

const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md'];
const settings = ['.ci', '.gitignore', '.npmrc', 'biome.json', 'cdk.json', 'package-lock.json', 'package.json'];
const folders = ['bin', 'functions', 'lib', 'shared', 'test'];

const read = (name: string) => readFileSync(join(root, name), 'utf8');
const { version, license } = JSON.parse(read('package.json')) as { version: string; license: string };

test('the top level holds what is listed, and nothing else', () => {
  const ignored = read('.gitignore')
    .split('\n')
    .map((line) => line.replace(/\/$/, ''));
  const there = readdirSync(root).filter((name) => name !== '.git' && !ignored.includes(name));
  expect(there.sort()).toEqual([...documents, ...settings, ...folders, 'tsconfig.json'].sort());
});

test('LICENSE is the one that package.json names, in full', () => {
  expect(license).toBe('Apache-2.0');
  const text = read('LICENSE');
  expect(text).toMatch(/^\s+Apache License\n\s+Version 2\.0, January 2004\n/);
  for (const part of ['9. Accepting Warranty', 'END OF TERMS AND CONDITIONS', 'APPENDIX: How to apply']) {
    expect(text).toContain(part);
  }
});

describe('CHANGELOG.md', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^## \[(.+?)\](?: - (\S+))?$/gm)].map(([, name, date]) => ({
    name: name!,
    date,
  }));
  const releases = headings.filter(({ name }) => name !== 'Unreleased');

  test('begins with what is not released, then the version of package.json', () => {
    expect(headings.slice(0, 2).map(({ name }) => name)).toEqual(['Unreleased', version]);
  });

  test('has each release once, the newest first, with its day', () => {
    const minors = releases.map(({ name }) => Number(/^0\.(\d+)\.0$/.exec(name)?.[1]));
    expect(minors).toEqual([...Array(minors.length).keys()].map((i) => minors.length - i));
    for (const { date } of releases) expect(date).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
  });

  test('groups its entries as Keep a Changelog does', () => {
    const groups = [...read('CHANGELOG.md').matchAll(/^### (.+)$/gm)].map(([, name]) => name!);
    const known = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];
    expect(groups.filter((group) => !known.includes(group))).toEqual([]);
  });
});

/** The anchor that hosts of repositories make of a heading: `../x.md#heading`. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[`*_]/g, '')
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');

test.each([...documents.filter((name) => name !== 'LICENSE'), 'lib/README.md', 'test/README.md'])(
  'what %s links to in this project is there',
  (name) => {
    const links = [...read(name).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target]) => target!);
    const dead = links.filter((target) => {
      const [path, anchor] = target.split('#') as [string, string | undefined];
      const file = path === '' ? name : join(name, '..', path);
      try {
        if (anchor === undefined) return readFileSync(join(root, file)) === undefined;
        return ![...read(file).matchAll(/^#+ (.+)$/gm)].some(([, heading]) => anchorOf(heading!) === anchor);
      } catch (error) {
        return (error as NodeJS.ErrnoException).code !== 'EISDIR';
      }
    });
    expect(dead).toEqual([]);
  },
);
