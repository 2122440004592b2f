import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { at, type Folder, filesOf, type Import, readImports, root, type Source, sources } from './sources.ts';

/** The rules for imports and sources; each failure names the file and the line that broke a rule. */

const all = sources();

function culprits(isWrong: (source: Source, imported: Import) => boolean): string[] {
  return all.flatMap((source) => source.imports.filter((one) => isWrong(source, one)).map((one) => at(source, one)));
}

const isOf = (specifier: string, name: string) => specifier === name || specifier.startsWith(`${name}/`);

const tables = ['functions/routes.ts', 'functions/workers.ts'];

describe('imports run one way: bin → lib → functions/routes → functions → shared', () => {
  const mayImport: Record<Folder, readonly string[]> = {
    bin: ['bin', 'lib', 'shared'],
    lib: ['lib', 'shared'],
    functions: ['shared'],
    shared: ['shared'],
  };

  test.each(Object.keys(mayImport) as Folder[])('%s imports only what stands below it', (folder) => {
    const isBelow = (file: string) =>
      mayImport[folder].includes(file.split('/')[0]!) || (['bin', 'lib'].includes(folder) && tables.includes(file));
    const listed = (source: Source, file: string) => tables.includes(source.path) && file.startsWith('functions/');
    const wrong = culprits(
      (source, { file }) => source.folder === folder && !!file && !isBelow(file) && !listed(source, file),
    );
    expect(wrong).toEqual([]);
  });

  test('files of ours are imported by their whole name', () => {
    expect(culprits((_, { file }) => file !== undefined && !/\.(m?[tj]s|json)$/.test(file))).toEqual([]);
  });
});

describe('one folder imports a package', () => {
  const owners: Record<string, string> = {
    jose: 'shared/auth/',
    'h3-js': 'shared/geo/',
    'robust-predicates': 'shared/geo/',
    aws4: 'shared/aws/',
    'csv-stringify': 'shared/archives/',
    'hash-wasm': 'shared/archives/',
    '@aws-sdk/client-location': 'shared/geocoding/',
    '@aws-sdk/client-s3': 'shared/files/',
    '@aws-sdk/client-sesv2': 'shared/mail/',
    '@aws-lambda-powertools/batch': 'shared/worker/',
    undici: 'shared/outbound/',
    'ipaddr.js': 'shared/outbound/',
  };

  test.each(Object.entries(owners))('%s only in %s', (name, owner) => {
    const wrong = culprits(
      ({ path, folder }, { specifier }) =>
        ['functions', 'shared'].includes(folder) && isOf(specifier, name) && !path.startsWith(owner),
    );
    expect(wrong).toEqual([]);
  });

  test('only shared/outbound dials out; shared/aws calls AWS, and a deployment answers CloudFormation', () => {
    const dialling = /^(node:)?(https?|http2|net|tls|dgram|dns)(\/promises)?$/;
    const mayDial = ['shared/outbound/', 'shared/aws/'];
    const isDeployed = ({ path, folder }: Source) =>
      ['functions', 'shared'].includes(folder) && !mayDial.some((owner) => path.startsWith(owner));
    // `isIP` reads a text.
    const reads = (statement: string) =>
      /^import (type )?\{ (isIP|BlockList|isIPv4|isIPv6)[^}]*\} from/.test(statement);
    expect(
      culprits(
        (source, { specifier, statement }) =>
          isDeployed(source) && dialling.test(specifier) && !statement.startsWith('import type') && !reads(statement),
      ),
    ).toEqual([]);
    const fetching = all
      .filter((source) => isDeployed(source) && source.path !== 'shared/worker/at-deployment.ts')
      .flatMap(({ path, lines }) => lines.flatMap((line, i) => (/\bfetch\(/.test(line) ? [`${path}:${i + 1}`] : [])));
    expect(fetching).toEqual([]);
  });

  test('infrastructure packages stay out of functions', () => {
    const deployed = ({ folder }: Source) => folder === 'functions' || folder === 'shared';
    expect(
      culprits(
        (source, { specifier }) => deployed(source) && /^(aws-cdk|constructs|cdk-nag|esbuild|vitest)/.test(specifier),
      ),
    ).toEqual([]);
  });

  test('shared/geo is pure: no AWS, no Node.js, nothing of ours outside it', () => {
    const pure = ['h3-js', 'robust-predicates'];
    const wrong = culprits(
      ({ path }, { specifier, file, statement }) =>
        path.startsWith('shared/geo/') &&
        !(
          file?.startsWith('shared/geo/') ||
          pure.includes(specifier) ||
          isOf(specifier, 'geojson') ||
          statement.startsWith('import type')
        ),
    );
    expect(wrong).toEqual([]);
  });

  test('a whole package is never imported for zod: `import * as z`, or its types', () => {
    const form = /^import (\* as z|type \* as z|type \{ z \}) from/;
    expect(culprits((_, { specifier, statement }) => isOf(specifier, 'zod') && !form.test(statement))).toEqual([]);
  });
});

describe('keys of rows', () => {
  const families = 'shared/table/keys/';

  test('are made in shared/table/keys only', () => {
    const makers = /\b(key|partition|hashed|hashedAll|padded)\b/;
    const names = (statement: string) => statement.replace(/ from .*$/, '');
    const wrong = culprits(
      ({ path }, { file, statement }) =>
        file === 'shared/table/key.ts' && !path.startsWith(families) && makers.test(names(statement)),
    );
    expect(wrong).toEqual([]);
  });

  test('have a file a family that no other leads to, so that a new family changes no other function', () => {
    const wrong = culprits(
      ({ path }, { file, statement }) =>
        !!file?.startsWith(families) && (path.startsWith(families) || statement.startsWith('export')),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the folders of shared/ stand in an order, which lib/README.md writes down', () => {
  const text = readFileSync(join(root, 'lib/README.md'), 'utf8');
  const section = text.split('\n## ').find((part) => part.startsWith('The folders of `shared/`')) ?? '';
  const order = [...section.matchAll(/^\| `([\w-]+)` \|/gm)].map((match) => match[1]!);
  const folderOf = (path: string) => (path.startsWith('shared/') ? path.split('/')[1]! : undefined);

  const folders = [...new Set(all.map(({ path }) => folderOf(path)))].filter((folder) => folder !== undefined);

  test('every folder has its line', () => {
    const table = 'the table in lib/README.md';
    const needless = order.filter((folder, i) => !folders.includes(folder) || order.indexOf(folder) < i);
    expect([
      ...folders
        .filter((folder) => !order.includes(folder))
        .map((folder) => `Add a line for \`shared/${folder}\` to ${table}, below the folders that it imports`),
      ...needless.map((folder) => `Remove a line of \`shared/${folder}\` from ${table}`),
    ]).toEqual([]);
  });

  test('no import goes up', () => {
    // The test above names a folder without a line.
    const level = (path: string) => order.indexOf(folderOf(path) ?? '');
    const isUp = (path: string, file: string) => level(path) >= 0 && level(file) > level(path);
    expect(culprits(({ path }, { file }) => file !== undefined && isUp(path, file))).toEqual([]);
  });
});

describe('the house', () => {
  test('only shared/capability/environment.ts reads the environment of a function', () => {
    const wrong = all
      .filter(
        ({ path, folder }) => ['functions', 'shared'].includes(folder) && path !== 'shared/capability/environment.ts',
      )
      .flatMap(({ path, lines }) =>
        lines.flatMap((line, i) => (/process\.env/.test(line) ? [`${path}:${i + 1} ${line.trim()}`] : [])),
      );
    expect(wrong).toEqual([]);
  });

  test('no folder and no file is called utils, helpers, common or misc', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc)(\/|\.[tj]s$)/;
    expect(all.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([]);
  });

  test('every endpoint and worker file is in the table of its kind', () => {
    const listed = all
      .filter(({ path }) => tables.includes(path))
      .flatMap(({ imports }) => imports.map(({ file }) => file));
    const files = all.filter(({ path }) => /^functions\/.+\//.test(path)).map(({ path }) => path);
    const unlisted = files.filter((path) => !listed.includes(path));
    expect(unlisted.map((path) => `Add ${path} to ${tables.join(' or ')}`)).toEqual([]);
  });

  test('an endpoint file has at most 70 lines', () => {
    const long = all.filter(({ path, lines }) => /^functions\/.+\//.test(path) && lines.length > 71);
    expect(long.map(({ path, lines }) => `${path}: ${lines.length - 1} lines`)).toEqual([]);
  });

  test('calls that tests on a stack send as well load the platform in memory only where they need it', () => {
    const folder = join(root, 'test/contract');
    const calls = readdirSync(folder).filter((file) => file.endsWith('-calls.ts'));
    const platform = /^import (?!type).*'\.\.\/platform\//m;
    expect(calls.filter((file) => platform.test(readFileSync(join(folder, file), 'utf8')))).toEqual([]);
  });

  test('a module has at most 200 lines', () => {
    // The lists of endpoints and workers have a line for each.
    const lists = ['functions/routes.ts', 'functions/workers.ts'];
    const long = all.filter(({ path, lines }) => lines.length - 1 > 200 && !lists.includes(path));
    expect(long.map(({ path, lines }) => `${path}: ${lines.length - 1} lines`)).toEqual([]);
  });

  test('a file below 20 lines has more than one reader, or is part of the one that it has', () => {
    // Each of these is a separate file for a special reason: a plugin, a family of keys, a register.
    const mayBeShort = /^(functions|lib\/bundle|shared\/table\/keys)\/|^shared\/unlinking\/register\.ts/;
    const tests = filesOf('test').flatMap((path) => readImports(path, readFileSync(join(root, path), 'utf8')));
    const readersOf = (path: string) => all.filter(({ imports }) => imports.some(({ file }) => file === path));
    const short = all.filter(({ path, lines }) => lines.length - 1 < 20 && !mayBeShort.test(path));
    const folded = short.filter(({ path, folder }) => {
      const [reader, ...others] = readersOf(path);
      return reader?.folder === folder && others.length === 0 && !tests.some(({ file }) => file === path);
    });
    expect(folded.map(({ path }) => `${path} is read by ${readersOf(path)[0]!.path} alone`)).toEqual([]);
  });

  test('nothing names a file outside the project', () => {
    const outside = /\.\.\/shared\/(contract|seeds)|GEOFENCE-INDEX|ARCHITECTURE\.md|QUALITY\.md|\/work\//;
    const wrong = all.flatMap(({ path, lines }) =>
      lines.flatMap((line, i) => (outside.test(line) ? [`${path}:${i + 1} ${line.trim()}`] : [])),
    );
    expect(wrong).toEqual([]);
  });
});

test('the reader of imports sees every form', () => {
  const text = [
    "import x from 'a';",
    "import * as y from './b.ts';",
    'import {',
    '  c,',
    "} from '../c/c.ts';",
    "import 'd';",
    "export * as 'e/e' from './e.ts';",
    "const f = await import('f');",
    "// import z from 'not-this'",
  ].join('\n');
  const seen = readImports('lib/here/file.ts', text).map(({ line, specifier, file }) => [line, specifier, file]);
  expect(seen).toEqual([
    [1, 'a', undefined],
    [2, './b.ts', 'lib/here/b.ts'],
    [3, '../c/c.ts', 'lib/c/c.ts'],
    [6, 'd', undefined],
    [7, './e.ts', 'lib/here/e.ts'],
    [8, 'f', undefined],
  ]);
});
