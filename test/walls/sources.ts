import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own source files, for the tests of this folder. */

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Folders with the project's code; `test` is not checked. */
const folders = ['bin', 'lib', 'functions', 'shared'] as const;
export type Folder = (typeof folders)[number];

export interface Import {
  readonly line: number;
  /** As it is written: `../table/table.ts`, `zod`. */
  readonly specifier: string;
  /** The whole statement on one line. */
  readonly statement: string;
  /** Path from the project's root, if a file of ours is imported. */
  readonly file: string | undefined;
}

export interface Source {
  /** Path from the project's root: `shared/http/serve.ts`. */
  readonly path: string;
  readonly folder: Folder;
  readonly lines: readonly string[];
  readonly imports: readonly Import[];
}

const importStatement =
  /^(?:import|export)\b(?:(?:[^'"`;]|as '[^']+')*?\bfrom\s*)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

export function readImports(path: string, text: string): Import[] {
  return [...text.matchAll(importStatement)].map((match) => {
    const specifier = match[1] ?? match[2] ?? '';
    const file = specifier.startsWith('.') ? join(dirname(path), specifier) : undefined;
    const line = text.slice(0, match.index).split('\n').length;
    return { line, specifier, statement: match[0].replaceAll(/\s+/g, ' '), file };
  });
}

function readSource(of: string, path: string): Source {
  const text = readFileSync(join(of, path), 'utf8');
  const folder = path.split('/')[0] as Folder;
  return { path, folder, lines: text.split('\n'), imports: readImports(path, text) };
}

/** Programs of a customer: they may import nothing of ours; their client is generated from the API document. */
const customers = 'bin/examples/';

/** Paths of all TypeScript and JavaScript files of a folder. */
export const filesOf = (folder: string, of = root): string[] =>
  readdirSync(join(of, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.m?[tj]s$/.test(entry.name))
    .map((entry) => relative(of, join(entry.parentPath, entry.name)));

/** Every TypeScript and JavaScript file of the four folders. */
export function sources(of = root): Source[] {
  const paths = folders.flatMap((folder) => filesOf(folder, of));
  return paths.filter((path) => !path.startsWith(customers)).map((path) => readSource(of, path));
}

/** The place of a violation: `shared/x.ts:3 imports "y"`. */
export const at = (source: Source, { line, specifier }: Import): string =>
  `${source.path}:${line} imports "${specifier}"`;
