import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as routes from '../../functions/routes.ts';
import { misused, readArguments } from '../../lib/command/arguments.ts';
import { CommandProblem } from '../../lib/command/problem.ts';
import { runCommand } from '../../lib/command/run.ts';
import { contractRows } from '../contract/rows.ts';

/**
 * Makes a copy of the project with as many routes as the contract promises: it adds plain resources, like that of
 * `walls/new-resource`, until there are enough. So it shows today how long checks, tests and deployments will take.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const copied = [
  '.ci',
  'bin',
  'lib',
  'functions',
  'shared',
  'test',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
const further = [
  'cdk.json',
  'biome.json',
  '.gitignore',
  '.npmrc',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'SECURITY.md',
];
const verbs = ['create', 'delete', 'get', 'list', 'patch'] as const;

/** Groups of `lib/areas.ts` over which the resources are spread, by one of their segments: those that have room. */
const groups = ["'sensors'", "'device-profiles'", "'config-artefacts'", "'exports'"];

const usage = `npm run test:scale -- <new directory>
  Makes a copy of the project with as many routes as the contract has rows. Run "npm run check" and "npm test" in it.
  Some tests fail in it: its resources have no descriptions, and the demo workspace has none of them.`;

/** `contact` with letters appended, in each of its forms: `contactab`, `Contactab`, `contactabs`. */
const renamed = (text: string, suffix: string): string =>
  text.replaceAll(/([Cc])ontact(?=s?\b|Draft|Patch|Calls)/g, `$1ontact${suffix}`);

const letters = 'abcdefghijklmnopqrstuvwxyz';
const suffixOf = (number: number): string => letters[Math.floor(number / 26)]! + letters[number % 26];

class Tree {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    for (const name of [...copied, ...further]) {
      if (existsSync(join(root, name))) cpSync(join(root, name), join(path, name), { recursive: true });
    }
    // It counts the rows of the contract, and the copy has more of them.
    rmSync(join(path, 'test/contract/rows.test.ts'));
    symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'));
    mkdirSync(join(path, '.local'));
    if (existsSync(join(root, '.local/venv'))) symlinkSync(join(root, '.local/venv'), join(path, '.local/venv'));
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.#path, file)), { recursive: true });
    writeFileSync(join(this.#path, file), text);
  }

  /** Puts a text before a place in a file. */
  insert(file: string, place: string, text: string): void {
    const before = readFileSync(join(this.#path, file), 'utf8');
    if (!before.includes(place)) throw new CommandProblem(`${file} does not hold "${place}": mend test/scale/make.ts.`);
    this.write(
      file,
      before.replace(place, () => text + place),
    );
  }

  addResource(number: number): void {
    const suffix = suffixOf(number);
    const name = `contact${suffix}s`;
    const template = (file: string) =>
      renamed(readFileSync(join(root, `test/walls/new-resource/${file}.ts.txt`), 'utf8'), suffix);
    this.write(`shared/topology/${name}.ts`, template('contacts'));
    for (const verb of verbs) this.write(`functions/${name}/${verb}.ts`, template(verb));
    this.write(`test/contract/contact${suffix}-calls.ts`, template('contact-calls'));
    const lines = verbs.map((verb) => `export * as '${name}/${verb}' from './${name}/${verb}.ts';\n`).join('');
    this.insert('functions/routes.ts', "export * as 'device-groups/create'", lines);
    this.insert('lib/areas.ts', groups[number % groups.length]!, `'${name}', `);
    this.insert(
      'lib/openapi/tags.ts',
      "  sites: ['Sites',",
      `  ${name}: ['${renamed('Contact', suffix)}s', 'Contacts.'],\n`,
    );
    this.#register(name, suffix);
  }

  #register(name: string, suffix: string): void {
    const imported = (from: string) => `import { ${name} } from '${from}topology/${name}.ts';\n`;
    this.insert('shared/unlinking/register.ts', "import { sites } from '../topology/sites.ts';", imported('../'));
    this.insert('shared/unlinking/register.ts', 'unlinks(sites)', `unlinks(${name}), `);
    const entities = 'test/contract/entities.ts';
    this.insert(entities, "import { sites } from '../../shared/topology/sites.ts';", imported('../../shared/'));
    this.insert(entities, '  sites,\n', `  ${name},\n`);
    const calls = `contact${suffix}Calls`;
    const file = 'test/contract/calls.ts';
    this.insert(
      file,
      "import { ogcCalls } from './ogc-calls.ts';",
      `import { ${calls} } from './contact${suffix}-calls.ts';\n`,
    );
    this.insert(file, '  ...ogcCalls,\n', `  ...${calls},\n`);
    const changes = `  '${name}/patch': [{ name: 'One' }, { phone: 'Other' }],\n`;
    this.insert('test/contract/lost-updates.test.ts', "  'device-groups/patch': [", changes);
    this.insert('test/contract/rows.ts', '\n# field\n', rowsOf(name));
    this.insert('test/contract/fields.ts', '\n# field\n', acceptedBy(name));
    this.insert('test/contract/fields.ts', '\nGET    /api/v1/sites/{id} name', shownBy(name));
  }
}

/** The contract's rows of such a resource. */
const rowsOf = (name: string): string => `
GET    /api/v1/${name} topology:read L
POST   /api/v1/${name} topology:write V I 409:CONFLICT 403:QUOTA_EXCEEDED
GET    /api/v1/${name}/{id} topology:read N
PATCH  /api/v1/${name}/{id} topology:write N V M 409:CONFLICT
DELETE /api/v1/${name}/{id} topology:delete N M`;

/** Their query parameters and fields. */
const acceptedBy = (name: string): string => `
GET    /api/v1/${name} ?list ?search ?siteId
POST   /api/v1/${name} name* email* phone siteId
PATCH  /api/v1/${name}/{id} name email phone siteId`;

const shownBy = (name: string): string => `
GET    /api/v1/${name}/{id} name email phone siteId`;

await runCommand(async () => {
  const { positionals } = readArguments(usage, {});
  const [directory] = positionals;
  if (directory === undefined || positionals.length > 1) throw misused(usage);
  const path = resolve(directory);
  if (existsSync(path)) throw new CommandProblem(`${path} is there already; name a directory that is not.`);
  mkdirSync(path, { recursive: true });
  const tree = new Tree(path);
  const present = Object.keys(routes).length - 1;
  const resources = Math.ceil((contractRows.length - present) / verbs.length);
  for (let number = 0; number < resources; number++) tree.addResource(number);
  // Longer names need other line breaks.
  execFileSync(join(root, 'node_modules/.bin/biome'), ['check', '--write', '--log-level=error'], { cwd: path });
  console.log(`${path}: ${present + resources * verbs.length} routes, ${resources} resources of them made up.`);
});
