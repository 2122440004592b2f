/** Faults that a developer could make by mistake, and the suite that must detect each. */

export interface Fault {
  readonly title: string;
  /** Edits by file: the present text, and its replacement. */
  readonly edits: readonly { readonly file: string; readonly find: string; readonly write: string }[];
  /** The test file that must fail. */
  readonly suite: string;
}

const edit = (file: string, find: string, write: string) => ({ file, find, write });

const keysOf = (file: string) => `shared/table/keys/${file}.ts`;

/** A builder of keys that uses a constant in place of the tenant. */
function ofAllTenants(file: string, builder: string, id?: string) {
  const [rest, name] = id ? [`, ${id}: string`, 'key'] : ['', 'partition'];
  const of = (tenant: string, more = '') => `${builder}: (${tenant}: TenantReference${rest}${more}) => ${name}(`;
  return edit(file, of('tenant'), of('_', ", tenant = 'all'"));
}

const components = 'shared/topology/components.ts';
const retries = 'test/contract/retries.test.ts';
const lostUpdates = 'test/contract/lost-updates.test.ts';
const promises = 'test/contract/promises.test.ts';
const everyRoute = 'test/contract/every-route.test.ts';
const foreignIds = 'test/security/foreign-ids.test.ts';

export const faults: readonly Fault[] = [
  {
    title: 'a create does not record its answer with its effect',
    edits: [edit('shared/geofences/create.ts', 'once.record(transaction, { status: 201, body: shown });', '')],
    suite: retries,
  },
  {
    title: 'an update is written whatever the version is by then',
    edits: [
      edit(
        'shared/geofences/update.ts',
        'setAll(changedAttributes(before, after)), atVersion(before), lostRace',
        'setAll(changedAttributes(before, after))',
      ),
    ],
    suite: lostUpdates,
  },
  {
    title: 'a delete happens whatever the version is by then',
    edits: [
      edit(
        'shared/geofences/delete.ts',
        'geofenceKeys.body(tenant.reference, id), atVersion(fence), lostRace)',
        'geofenceKeys.body(tenant.reference, id))',
      ),
    ],
    suite: lostUpdates,
  },
  {
    title: 'two changes of a workspace at once both succeed',
    edits: [
      edit(
        'shared/workspaces/writer.ts',
        'setAll({ ...attributes }, removed), still, lostRace',
        'setAll({ ...attributes }, removed)',
      ),
    ],
    suite: lostUpdates,
  },
  {
    title: 'If-Match is not looked at',
    edits: [
      edit('functions/account/patch-api-key.ts', 'params.key_id, body, ifMatch)', 'params.key_id, body, undefined)'),
    ],
    suite: lostUpdates,
  },
  {
    title: 'a create takes no Idempotency-Key any more',
    edits: [edit('functions/users/create.ts', '  idempotent: true,\n', '')],
    suite: promises,
  },
  {
    title: 'a route is open to every credential',
    edits: [edit('functions/users/list.ts', "scope: 'users:read'", "scope: 'any'")],
    suite: promises,
  },
  {
    title: 'nobody looks at scopes',
    edits: [edit('shared/auth/credentials.ts', 'if (scopes.has(scope)) return undefined;', 'return undefined;')],
    suite: 'test/security/matrix.test.ts',
  },
  {
    title: 'the key of an entity is that of all tenants',
    edits: [ofAllTenants(keysOf('geofences'), 'body', 'id')],
    suite: foreignIds,
  },
  {
    title: 'another tenant’s row is found by its id',
    edits: [ofAllTenants(keysOf('sync-plans'), 'plan', 'id')],
    suite: foreignIds,
  },
  {
    title: 'a list reads the rows of all tenants',
    edits: [ofAllTenants(keysOf('api-keys'), 'apiKey', 'keyId'), ofAllTenants(keysOf('api-keys'), 'apiKeys')],
    suite: 'test/contract/lists.test.ts',
  },
  {
    title: 'a change has no entry in the audit log',
    edits: [edit('shared/users/withdraw.ts', 'recordEvent(transaction, caller, {', 'void ({')],
    suite: 'test/contract/audit.test.ts',
  },
  {
    title: 'a capability lacks a right that it needs',
    edits: [edit('shared/users/withdraw.ts', "['GetItem', 'PutItem', 'DeleteItem']", "['GetItem', 'DeleteItem']")],
    suite: everyRoute,
  },
  {
    title: 'a kind has no quota any more',
    edits: [edit(components, "  quota: { resource: 'components', most: 50, within: 'deviceId' },\n", '')],
    suite: everyRoute,
  },
  {
    title: 'a filter compares another field',
    edits: [edit(components, "sensorProfileId: equals('sensorProfileId')", "sensorProfileId: equals('deviceId')")],
    suite: everyRoute,
  },
  {
    title: 'a reference no longer prevents a deletion',
    edits: [
      edit(
        'shared/analytics/annotations.ts',
        "classId: { to: annotationClassTarget, onDelete: 'restrict' }",
        "classId: { to: annotationClassTarget, onDelete: 'keep' }",
      ),
    ],
    suite: everyRoute,
  },
  {
    title: 'a route declares a problem that nothing raises',
    edits: [edit('functions/sites/get.ts', "problems: ['NOT_FOUND']", "problems: ['NOT_FOUND', 'CONFLICT']")],
    suite: everyRoute,
  },
  {
    title: 'a list has no filter any more',
    edits: [
      edit(
        'functions/components/list.ts',
        "    sensorProfileId: givenId().optional().meta({ names: 'sensor_profile' }),\n",
        '',
      ),
    ],
    suite: promises,
  },
  {
    title: 'a field can be changed later',
    edits: [
      edit(
        components,
        'deviceId: fixed(required(idOf(deviceTarget), shownId()))',
        'deviceId: required(idOf(deviceTarget), shownId())',
      ),
    ],
    suite: promises,
  },
  {
    title: 'a body may set a field of our own code, and a response shows it',
    edits: [
      edit(
        components,
        'moves: hidden(serverSet(defaulted(z.int(), z.int(), 0)))',
        'moves: defaulted(z.int(), z.int(), 0)',
      ),
    ],
    suite: promises,
  },
  {
    title: 'an entry of the audit log has the values before and after exchanged',
    edits: [edit('shared/fieldwork/change.ts', '[row.name, name]', '[name, row.name]')],
    suite: 'test/contract/audit.test.ts',
  },
  {
    title: 'an entry of the audit log names another object',
    edits: [edit('shared/exports/delete.ts', 'resourceId: id', "resourceId: id + 'x'")],
    suite: 'test/contract/audit.test.ts',
  },
  {
    title: 'a request has two entries in the audit log',
    edits: [
      edit(
        'shared/fieldwork/assignments.ts',
        "recordFormEvent(transaction, caller, 'assign', { id }, { changes });",
        "for (const _ of [1, 2]) recordFormEvent(transaction, caller, 'assign', { id }, { changes });",
      ),
    ],
    suite: 'test/contract/audit.test.ts',
  },
  {
    title: 'a list is searched by another field than the documentation says',
    edits: [edit('shared/topology/sites.ts', "search: partOf('name')", "search: partOf('address')")],
    suite: promises,
  },
  {
    title: 'a description names another limit than the schema',
    edits: [edit('shared/topology/sites.ts', 'label(120)', 'label(121)')],
    suite: 'test/lib/openapi/limits.test.ts',
  },
];
