import { beforeAll, describe, expect, test } from 'vitest';
import { type Role, scopesOf } from '../../shared/auth/scopes.ts';
import { endpoint } from '../support/endpoints.ts';
import { contextOf, gatewayEvent } from '../support/invoke.ts';
import { aChannel } from './channel-makers.ts';
import { aWorkflow } from './workflow-makers.ts';
import { newWorld, type World } from './world.ts';

/** Workflows: who may save which step, and their versions. */

let world: World;
let other: World;
beforeAll(async () => {
  [world, other] = await Promise.all([newWorld(), newWorld()]);
});

interface Shown {
  readonly version_num: number;
  readonly trigger: { readonly type: string };
  readonly steps: readonly [{ readonly type: string }];
}

const draft = { name: 'W', trigger: { type: 'manual' } };
const effects = {
  command: [{ id: 's', type: 'command', config: { command_type: 'REBOOT' } }, 'devices:command'],
  geofence: [{ id: 's', type: 'update_geofence', config: { set: { status: 'inactive' } } }, 'geofences:write'],
  event: [{ id: 's', type: 'create_event', config: { event_type: 'arrived' } }, 'events:write'],
  url: [{ id: 's', type: 'webhook', config: { url: 'https://example.com/' } }, 'webhooks:write'],
  mail: [{ id: 's', type: 'email', config: { to: ['a@example.com'], subject: 'S', text: 'T' } }, 'workflows:write'],
  delay: [{ id: 's', type: 'delay', config: { seconds: 60 } }, 'workflows:write'],
} as const;
const roles: readonly Role[] = ['owner', 'admin', 'manager', 'editor'];
const matrix = roles.flatMap((role) =>
  Object.keys(effects).map((effect) => [role, effect as keyof typeof effects] as const),
);

describe('saving a step needs the scope of its effect', () => {
  test.each(matrix)('%s and %s', async (role, effect) => {
    const [step, scope] = effects[effect];
    const may = scopesOf(role).includes(scope);
    const answer = await world.call('workflows/create', { as: role, body: { ...draft, steps: [step] } });
    expect(answer.status).toBe(may ? 201 : 403);
    if (!may) expect(answer.body).toMatchObject({ error_code: 'SCOPE_MISSING', details: { required_scope: scope } });
  });

  test.each(roles)('%s may notify channels, of which only those with `alerting:write` make any', async (role) => {
    const { params } = await aChannel(world);
    const step = { id: 's', type: 'notification', config: { channel_ids: [params.id], subject: 'S', text: 'T' } };
    const answer = await world.call('workflows/create', { as: role, body: { ...draft, steps: [step] } });
    expect(answer.status).toBe(201);
    const channel = { name: 'C', type: 'EMAIL', config: { to: ['a@example.com'] } };
    const made = await world.call('notification-channels/create', { as: role, body: channel });
    expect(made.status).toBe(role === 'editor' ? 403 : 201);
  });

  test('an editor can neither change nor restore a command, but send back what was read', async () => {
    const [command] = effects.command;
    const one = await aWorkflow(world, { steps: [command] });
    const { body: shown } = await world.call('workflows/get', one);
    const refused = { status: 403, body: { error_code: 'SCOPE_MISSING' } };
    const patch = (body: object) => world.call('workflows/patch', { as: 'editor', ...one, body });
    expect(await patch({ ...shown, name: 'Mine' })).toMatchObject({
      status: 200,
      body: { name: 'Mine', version_num: 1 },
    });
    expect(await patch({ steps: [{ ...command, config: { command_type: 'HONK' } }] })).toMatchObject(refused);
    expect(await patch({ steps: [effects.mail[0], { ...command, id: 'c' }] })).toMatchObject(refused);
    expect(await patch({ steps: [effects.mail[0]] })).toMatchObject({ status: 200 });
    const restore = { ...one, params: { ...one.params, version_num: '1' } };
    expect(await world.call('workflows/restore', { as: 'editor', ...restore })).toMatchObject(refused);
    expect(await world.call('workflows/restore', { as: 'manager', ...restore })).toMatchObject({ status: 200 });
  });
});

describe('what another workspace has', () => {
  test.each([
    ['device', 'command', (id: string) => ({ device_id: id, command_type: 'REBOOT' })],
    ['geofence', 'update_geofence', (id: string) => ({ geofence_id: id, set: { status: 'inactive' } })],
  ])('its %s is as unknown as none', async (kind, type, config) => {
    const made =
      kind === 'device' ? (await other.call('devices/create', { body: { name: 'D' } })).body : await other.fence();
    const call = (of: World) =>
      of.call('workflows/create', { body: { ...draft, steps: [{ id: 's', type, config: config(made.id) }] } });
    expect((await call(other)).status).toBe(201);
    expect(await call(world)).toMatchObject({ status: 422, body: { detail: [{ type: 'unknown_reference' }] } });
  });
});

describe('versions', () => {
  test('only a change of trigger or steps makes one, and each stays as it was', async () => {
    const one = await aWorkflow(world);
    const patch = (body: object) => world.call('workflows/patch', { ...one, body });
    await patch({ name: 'Other', cooldown_seconds: 5 });
    await patch({ trigger: { type: 'schedule', cron: '0 9 * * *' } });
    await patch({ steps: [effects.delay[0]] });
    await patch({ steps: [effects.delay[0]] });
    const { body } = await world.call('workflows/list-versions', one);
    const seen = body.data.map(({ version_num, trigger, steps }: Shown) => [version_num, trigger.type, steps[0].type]);
    expect(seen).toEqual([
      [3, 'schedule', 'delay'],
      [2, 'schedule', 'email'],
      [1, 'manual', 'email'],
    ]);
  });

  test('a deleted workflow takes them along', async () => {
    const one = await aWorkflow(world);
    expect((await world.call('workflows/delete', one)).status).toBe(204);
    expect((await world.call('workflows/list-versions', one)).status).toBe(404);
    expect((await world.call('workflows/get', one)).status).toBe(404);
  });
});

test('steps come back as they were sent, with every digit and key', async () => {
  const steps =
    '[{"id":"a","type":"command","config":{"command_type":"GO","payload":{"n":613196570357137407,"m":1.0,"__proto__":{"x":1}}}}]';
  const made = await world.call('workflows/create', {
    body: `{"name":"W","trigger":{"type":"manual"},"steps":${steps}}`,
  });
  const { route, handler } = endpoint('workflows/get');
  const event = gatewayEvent(route, { key: world.key, params: { id: made.body.id } });
  const { body } = await handler(event, contextOf(route));
  expect(body).toContain(`"steps":${steps}`);
});
