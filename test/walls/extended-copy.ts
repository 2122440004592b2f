import { Copy } from './copy.ts';

/** A copy of the project to which an endpoint and a plain resource are added. */

export const endpointText = 'test/walls/new-endpoint/count.ts.txt';
export const textOf = (name: string) => `test/walls/new-resource/${name}.ts.txt`;
export const verbs = ['create', 'delete', 'get', 'list', 'patch'] as const;

function addEndpoint(copy: Copy): void {
  copy.add(endpointText, 'functions/geofences/count.ts');
  const place = "export * as 'geofences/create'";
  copy.edit('functions/routes.ts', place, `export * as 'geofences/count' from './geofences/count.ts';\n${place}`);
}

function addResource(copy: Copy): void {
  copy.add(textOf('contacts'), 'shared/topology/contacts.ts');
  for (const verb of verbs) copy.add(textOf(verb), `functions/contacts/${verb}.ts`);
  const lines = verbs.map((verb) => `export * as 'contacts/${verb}' from './contacts/${verb}.ts';\n`).join('');
  const next = "export * as 'device-groups/create'";
  copy.edit('functions/routes.ts', next, lines + next);
  copy.edit('lib/areas.ts', "topology: ['components',", "topology: ['components', 'contacts',");
  const sites = "  sites: ['Sites',";
  copy.edit('lib/openapi/tags.ts', sites, `  contacts: ['Contacts', 'Whom to call about a site.'],\n${sites}`);
  const imports = "import { sites } from '../topology/sites.ts';";
  const register = 'shared/unlinking/register.ts';
  copy.edit(register, imports, `import { contacts } from '../topology/contacts.ts';\n${imports}`);
  copy.edit(register, '  unlinks(sites),\n', '  unlinks(contacts),\n  unlinks(sites),\n');
}

function addTests(copy: Copy): void {
  copy.add(textOf('contact-calls'), 'test/contract/contact-calls.ts');
  const [place, spread] = ["import { ogcCalls } from './ogc-calls.ts';", '  ...ogcCalls,\n'];
  copy.edit('test/contract/calls.ts', place, `import { contactCalls } from './contact-calls.ts';\n${place}`);
  copy.edit('test/contract/calls.ts', spread, `  ...contactCalls,\n${spread}`);
  const kinds = "import { sites } from '../../shared/topology/sites.ts';";
  const imported = "import { contacts } from '../../shared/topology/contacts.ts';";
  copy.edit('test/contract/entities.ts', kinds, `${imported}\n${kinds}`);
  copy.edit('test/contract/entities.ts', '  sites,\n', '  contacts,\n  sites,\n');
  const changes = "  'device-groups/patch': [";
  const two = "  'contacts/patch': [{ name: 'One' }, { phone: 'Other' }],\n";
  copy.edit('test/contract/lost-updates.test.ts', changes, two + changes);
}

/** Lines that an addition takes. */
function linesOf(copy: Copy, add: (copy: Copy) => void): number {
  const before = copy.lines;
  add(copy);
  return copy.lines - before;
}

export interface Extended {
  readonly copy: Copy;
  /** Lines of the resource, without those of the endpoint. */
  readonly productLines: number;
  readonly testLines: number;
}

export function extendedCopy(): Extended {
  const copy = new Copy();
  addEndpoint(copy);
  return { copy, productLines: linesOf(copy, addResource), testLines: linesOf(copy, addTests) };
}
