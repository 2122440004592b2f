import * as z from 'zod';
import { checked } from '../http/failures.ts';
import { isJsonObject, type JsonObject, parseExactly } from '../json/exact.ts';
import type { Published } from '../outbox/publish.ts';
import { type FieldFailure, invalidFields } from '../problems/problem.ts';
import { OwnCommandType } from '../wire/command-type.ts';
import { lowerIds } from '../wire/id.ts';

/** The reserved key `run` of a fence's action: the effects that the fence has when it fires. */

const payload = z.custom<JsonObject>(isJsonObject, {
  message: 'Should be an object',
  params: { type: 'type_error' },
});

/** Ids are compared without their letter case; the action keeps them as they were given. */
const givenName = z.string().transform(lowerIds);

const effect = z.discriminatedUnion('type', [
  z.object({ type: z.literal('webhook'), webhookId: givenName }),
  z.object({ type: z.literal('workflow'), workflowId: givenName }),
  z.object({ type: z.literal('command'), commandType: OwnCommandType, payload: payload.optional() }),
  z.object({ type: z.literal('notification'), channelIds: z.array(givenName).min(1).max(10) }),
]);
export type FenceEffect = z.infer<typeof effect>;
export type FenceEffectOf<T extends FenceEffect['type']> = Extract<FenceEffect, { type: T }>;

const mostEffects = 5;

export type Action = Readonly<Record<string, unknown>>;

/** The effects that an action names. Throws the failed fields when `run` is not a list of effects. */
export function readEffects(action: Action = {}): readonly FenceEffect[] {
  if (action.run === undefined) return [];
  const given = Array.isArray(action.run) ? action.run : [action.run];
  const effects = checked(z.array(effect).max(mostEffects), 'body', given);
  if ('value' in effects) return effects.value as readonly FenceEffect[];
  throw invalidFields(effects.failures.map(locatedInBody(!Array.isArray(action.run))));
}

/** Turns the location of a failure in the list of effects into its location in the body. */
export function locatedInBody(single: boolean): (failure: FieldFailure) => FieldFailure {
  return ({ type, loc: [source = 'body', index, ...rest], msg }) => ({
    type,
    loc: [source, 'action', 'run', ...(single || index === undefined ? [] : [index]), ...rest],
    msg,
  });
}

/** Effects with their indexes in `run`. */
export type FiredEffects = readonly (readonly [number, FenceEffect])[];

/** The fields of an event at a geofence that are about its action. */
interface Fired {
  readonly actionFired?: unknown;
  readonly action?: Action;
}

/**
 * The effects of an event whose action has fired, with their indexes in `run`; any other event has none. An effect that
 * could no longer be saved today is left out.
 */
export function firedEffects({ type, data }: Pick<Published, 'type' | 'data'>): FiredEffects {
  // Most events name no effect, and are not parsed.
  if (!type.startsWith('geofence.') || !data.includes('"run"')) return [];
  const { actionFired, action } = parseExactly(data) as Fired;
  if (actionFired !== true || action?.run === undefined) return [];
  const given = Array.isArray(action.run) ? action.run : [action.run];
  return given.slice(0, mostEffects).flatMap((one, i) => {
    const read = effect.safeParse(one);
    return read.success ? [[i, read.data] as const] : [];
  });
}

/** The effects of one type. */
export const firedOf = <T extends FenceEffect['type']>(effects: FiredEffects, type: T) =>
  effects.flatMap(([, one]) => (one.type === type ? [one as FenceEffectOf<T>] : []));
