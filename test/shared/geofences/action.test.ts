import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { channels } from '../../../shared/channels/kind.ts';
import { ActionCheck, requireRunnable } from '../../../shared/geofences/action.ts';
import { firedEffects } from '../../../shared/geofences/effects.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { entityKeys } from '../../../shared/table/keys/entities.ts';
import { webhooks } from '../../../shared/webhooks/kind.ts';
import { workflows } from '../../../shared/workflows/kind.ts';
import { DynamoDbFake } from '../../support/dynamodb-fake.ts';
import { caller, tenant } from '../support/people.ts';

let database: DynamoDbFake;
beforeEach(() => {
  database = new DynamoDbFake();
});
afterEach(() => database.restore());

const all = caller();
const outcome = async (action: Record<string, unknown> | undefined, by = all): Promise<string[]> => {
  try {
    await requireRunnable(by, action);
    return [];
  } catch (error) {
    const { code, fields, details } = error as Problem;
    return fields ? fields.map(({ type, loc }) => `${type} ${loc.join('.')}`) : [`${code} ${JSON.stringify(details)}`];
  }
};

const command = { type: 'command', commandType: 'BEEP' };

describe('an action', () => {
  test.each([
    undefined,
    {},
    { offer: 'coffee' },
    { Run: 1, runs: { type: 'x' }, deep: { run: 5 } },
    { run: undefined },
  ])('without `run` is the caller’s own: %j', async (action) => {
    expect(await outcome(action)).toEqual([]);
  });

  test('may run one effect, or up to five', async () => {
    expect(await outcome({ run: command })).toEqual([]);
    expect(await outcome({ run: [] })).toEqual([]);
    expect(await outcome({ run: Array(5).fill({ ...command, payload: { volume: 3 } }) })).toEqual([]);
    expect(await outcome({ run: Array(6).fill(command) })).toEqual(['too_long body.action.run']);
  });

  test.each([
    [{ type: 'explode' }, 'enum body.action.run.type'],
    [{ type: 1 }, 'enum body.action.run.type'],
    [{}, 'missing body.action.run.type'],
    ['webhook', 'type_error body.action.run'],
    [null, 'type_error body.action.run'],
    [{ type: 'webhook' }, 'missing body.action.run.webhookId'],
    [{ type: 'webhook', webhookId: 5 }, 'type_error body.action.run.webhookId'],
    [{ type: 'workflow' }, 'missing body.action.run.workflowId'],
    [{ type: 'command' }, 'missing body.action.run.commandType'],
    [{ type: 'command', commandType: '' }, 'pattern body.action.run.commandType'],
    [{ type: 'command', commandType: 'beep' }, 'pattern body.action.run.commandType'],
    [{ type: 'command', commandType: 'INSTALL_CERTIFICATE' }, 'enum body.action.run.commandType'],
    [{ type: 'command', commandType: 'BEEP', payload: [1] }, 'type_error body.action.run.payload'],
    [{ type: 'notification' }, 'missing body.action.run.channelIds'],
    [{ type: 'notification', channelIds: [] }, 'too_short body.action.run.channelIds'],
    [{ type: 'notification', channelIds: Array(11).fill('c') }, 'too_long body.action.run.channelIds'],
  ])('that runs %j is refused: %s', async (run, expected) => {
    expect(await outcome({ run })).toEqual([expected]);
    const [type, place = ''] = expected.split(' ');
    expect(await outcome({ run: [command, run] })).toEqual([`${type} ${place.replace('action.run', 'action.run.1')}`]);
  });

  test('that names what does not exist in the workspace says what', async () => {
    expect(await outcome({ run: { type: 'webhook', webhookId: 'w1' } })).toEqual([
      'unknown_reference body.action.run.webhookId',
    ]);
    expect(
      await outcome({
        run: [{ type: 'workflow', workflowId: 'x' }, command, { type: 'notification', channelIds: ['a', 'b'] }],
      }),
    ).toEqual([
      'unknown_reference body.action.run.0.workflowId',
      'unknown_reference body.action.run.2.channelIds',
      'unknown_reference body.action.run.2.channelIds',
    ]);
  });

  test('may be saved only by callers who could cause its effect', async () => {
    const editor = caller(tenant(), ['geofences:write']);
    expect(await outcome({ run: command }, editor)).toEqual(['SCOPE_MISSING {"required_scope":"devices:command"}']);
    expect(await outcome({ run: [{ type: 'workflow', workflowId: 'x' }] }, editor)).toEqual([
      'SCOPE_MISSING {"required_scope":"workflows:execute"}',
    ]);
    expect(await outcome({ run: command }, caller(tenant(), ['devices:command']))).toEqual([]);
    expect(await outcome({ run: { type: 'webhook', webhookId: 'w' } }, editor)).toEqual([
      'unknown_reference body.action.run.webhookId',
    ]);
  });

  test('that is stored already may be saved again by anybody, but only unchanged', async () => {
    const editor = caller(tenant(), ['geofences:write']);
    const stored = { offer: 'tea', run: command };
    await requireRunnable(editor, { offer: 'coffee', run: command }, stored);
    const changed = { run: { ...command, payload: { volume: 1 } } };
    await expect(requireRunnable(editor, changed, stored)).rejects.toThrow('devices:command');
  });

  const id = '01957e2b-a400-7c3e-8a51-3f2d6c0e8b11';
  const put = (kind: string, of = all.tenant.reference) =>
    database.set('main', { ...entityKeys.thin(of, kind, id), kind: 'workspace', is_active: true });

  test.each([
    [webhooks.name, { type: 'webhook', webhookId: id }],
    [workflows.name, { type: 'workflow', workflowId: id.toUpperCase() }],
    [channels.name, { type: 'notification', channelIds: [id, id.toUpperCase()] }],
  ])('may name a %s of the workspace, and none of another', async (kind, run) => {
    put(kind, caller(tenant(2)).tenant.reference);
    expect((await outcome({ run }))[0]).toMatch(/^unknown_reference/);
    put(kind);
    expect(await outcome({ run })).toEqual([]);
  });

  test('is checked with one read for all that a request names in several actions', async () => {
    put(webhooks.name);
    let reads = 0;
    database.before = () => {
      reads += 1;
    };
    const check = new ActionCheck(all);
    for (let i = 0; i < 50; i++) await check.requireRunnable({ i, run: { type: 'webhook', webhookId: id } });
    expect(reads).toBe(1);
  });
});

describe('the effects of an event', () => {
  const event = (more: object, type: 'geofence.enter' | 'geofence.updated' = 'geofence.enter') => ({
    type,
    data: JSON.stringify({ actionFired: true, action: { run: command }, ...more }),
  });

  test('are those of its action, if that has fired', () => {
    expect(firedEffects(event({}))).toEqual([[0, command]]);
    expect(firedEffects(event({ action: { run: [command, command] } }))).toHaveLength(2);
    expect(firedEffects(event({ actionFired: false }))).toEqual([]);
    expect(firedEffects(event({ action: { note: '"run"' } }))).toEqual([]);
    expect(firedEffects(event({ actionFired: undefined }, 'geofence.updated'))).toEqual([]);
  });

  test('leave out what nobody could save today', () => {
    const action = { run: [{ type: 'explode' }, command, { ...command, commandType: 'INSTALL_CERTIFICATE' }] };
    expect(firedEffects(event({ action }))).toEqual([[1, command]]);
  });
});
