import * as z from 'zod';
import type { Caller } from '../auth/caller.ts';
import type { Scope } from '../auth/scopes.ts';
import { checked } from '../http/failures.ts';
import { sameJson } from '../json/equality.ts';
import type { Actor } from '../outbox/event.ts';
import { type FieldFailure, invalidFields, problem } from '../problems/problem.ts';

/**
 * The reserved key `run` of a fence's action; every other key belongs to the caller. An effect may be saved only by a
 * caller who has the scope for causing it.
 */

const run = z.discriminatedUnion('type', [
  z.object({ type: z.literal('webhook'), webhookId: z.string() }),
  z.object({ type: z.literal('workflow'), workflowId: z.string() }),
  z.object({ type: z.literal('command'), commandType: z.string().min(1).max(64), payload: z.unknown().optional() }),
  z.object({ type: z.literal('notification'), channelIds: z.array(z.string()).min(1).max(10) }),
]);
type Run = z.infer<typeof run>;

const neededScope: Partial<Record<Run['type'], Scope>> = { command: 'devices:command', workflow: 'workflows:execute' };

/** Ids that an effect names. None of them can exist before webhooks, workflows and channels do. */
function namedIds(effect: Run): { field: string; id: string }[] {
  if (effect.type === 'webhook') return [{ field: 'webhookId', id: effect.webhookId }];
  if (effect.type === 'workflow') return [{ field: 'workflowId', id: effect.workflowId }];
  if (effect.type === 'notification') return effect.channelIds.map((id) => ({ field: 'channelIds', id }));
  return [];
}

/** The caller who writes, with the scopes that decide which actions may be saved. */
export type Writing = Actor & Pick<Caller, 'scopes'>;

type Action = Readonly<Record<string, unknown>>;

/** The effects that an action names. Throws the failed fields when `run` is not a list of effects. */
export function readEffects(action: Action = {}): readonly Run[] {
  if (action.run === undefined) return [];
  const given = Array.isArray(action.run) ? action.run : [action.run];
  const effects = checked(z.array(run).max(5), 'body', given);
  if ('value' in effects) return effects.value as readonly Run[];
  throw invalidFields(effects.failures.map(below(!Array.isArray(action.run))));
}

/**
 * Throws when `action.run` is not a list of effects that this caller may save. Any caller may save again what is stored
 * already, so that an object can be read and sent back.
 */
export function requireRunnable(caller: Pick<Caller, 'scopes'>, action: Action | undefined, stored?: Action): void {
  if (!action) return;
  const effects = readEffects(action);
  if (stored && sameJson(stored.run, action.run)) return;
  for (const effect of effects) {
    const scope = neededScope[effect.type];
    if (scope && !caller.scopes.has(scope)) {
      const detail = `Saving an action of type "${effect.type}" needs the scope "${scope}".`;
      throw problem('SCOPE_MISSING', detail, { required_scope: scope });
    }
  }
  const unknown = effects.flatMap((effect, i) =>
    namedIds(effect).map(({ field, id }) => ({
      type: 'unknown_reference',
      loc: ['body', i, field],
      msg: `No such ${effect.type === 'notification' ? 'channel' : effect.type}: ${id.slice(0, 64)}`,
    })),
  );
  if (unknown.length > 0) throw invalidFields(unknown.map(below(!Array.isArray(action.run))));
}

/** Moves a failure in the list of effects to the place of the effect in the body. */
function below(single: boolean): (failure: FieldFailure) => FieldFailure {
  return ({ type, loc: [source = 'body', index, ...rest], msg }) => ({
    type,
    loc: [source, 'action', 'run', ...(single || index === undefined ? [] : [index]), ...rest],
    msg,
  });
}
