import { describe, expect, test } from 'vitest';
import { requireRunnable } from '../../../shared/geofences/action.ts';
import type { Problem } from '../../../shared/problems/problem.ts';
import { caller, tenant } from '../support/people.ts';

const all = caller();
const outcome = (action: Record<string, unknown> | undefined, by = all): string[] => {
  try {
    requireRunnable(by, action);
    return [];
  } catch (error) {
    const { code, fields, details } = error as Problem;
    return fields ? fields.map(({ type, loc }) => `${type} ${loc.join('.')}`) : [`${code} ${JSON.stringify(details)}`];
  }
};

const command = { type: 'command', commandType: 'beep' };

describe('an action', () => {
  test.each([
    undefined,
    {},
    { offer: 'coffee' },
    { Run: 1, runs: { type: 'x' }, deep: { run: 5 } },
    { run: undefined },
  ])('without `run` is the caller’s own: %j', (action) => {
    expect(outcome(action)).toEqual([]);
  });

  test('may run one effect, or up to five', () => {
    expect(outcome({ run: command })).toEqual([]);
    expect(outcome({ run: [] })).toEqual([]);
    expect(outcome({ run: Array(5).fill({ ...command, payload: { volume: 3 } }) })).toEqual([]);
    expect(outcome({ run: Array(6).fill(command) })).toEqual(['too_long body.action.run']);
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
    [{ type: 'command', commandType: '' }, 'too_short body.action.run.commandType'],
    [{ type: 'notification' }, 'missing body.action.run.channelIds'],
    [{ type: 'notification', channelIds: [] }, 'too_short body.action.run.channelIds'],
    [{ type: 'notification', channelIds: Array(11).fill('c') }, 'too_long body.action.run.channelIds'],
  ])('that runs %j is refused: %s', (run, expected) => {
    expect(outcome({ run })).toEqual([expected]);
    const [type, place = ''] = expected.split(' ');
    expect(outcome({ run: [command, run] })).toEqual([`${type} ${place.replace('action.run', 'action.run.1')}`]);
  });

  test('that names what does not exist in the workspace says what', () => {
    expect(outcome({ run: { type: 'webhook', webhookId: 'w1' } })).toEqual([
      'unknown_reference body.action.run.webhookId',
    ]);
    expect(
      outcome({
        run: [{ type: 'workflow', workflowId: 'x' }, command, { type: 'notification', channelIds: ['a', 'b'] }],
      }),
    ).toEqual([
      'unknown_reference body.action.run.0.workflowId',
      'unknown_reference body.action.run.2.channelIds',
      'unknown_reference body.action.run.2.channelIds',
    ]);
  });

  test('may be saved only by callers who could cause its effect', () => {
    const editor = caller(tenant(), ['geofences:write']);
    expect(outcome({ run: command }, editor)).toEqual(['SCOPE_MISSING {"required_scope":"devices:command"}']);
    expect(outcome({ run: [{ type: 'workflow', workflowId: 'x' }] }, editor)).toEqual([
      'SCOPE_MISSING {"required_scope":"workflows:execute"}',
    ]);
    expect(outcome({ run: command }, caller(tenant(), ['devices:command']))).toEqual([]);
    expect(outcome({ run: { type: 'webhook', webhookId: 'w' } }, editor)).toEqual([
      'unknown_reference body.action.run.webhookId',
    ]);
  });

  test('that is stored already may be saved again by anybody, but only unchanged', () => {
    const editor = caller(tenant(), ['geofences:write']);
    const stored = { offer: 'tea', run: command };
    expect(() => requireRunnable(editor, { offer: 'coffee', run: command }, stored)).not.toThrow();
    expect(() => requireRunnable(editor, { run: { ...command, payload: 1 } }, stored)).toThrow('devices:command');
  });
});
