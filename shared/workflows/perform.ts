import type { Caller } from '../auth/caller.ts';
import type { Recording } from '../http/once.ts';
import type { Scope } from './path.ts';
import { callEffect } from './perform-call.ts';
import { emailEffect, notificationEffect } from './perform-message.ts';
import { commandEffect, eventEffect, geofenceEffect } from './perform-own.ts';
import { type EffectStep, inputOf } from './pure-steps.ts';
import { RenderingTooLarge } from './template.ts';

/** Performing a step, and its result. */

export interface Scene {
  readonly caller: Caller;
  readonly scope: Scope;
  /** The envelope of the event, as JSON. */
  readonly event: string;
  /** Names the effect: `<execution id>.<step id>`, the same on every try. */
  readonly effectId: string;
  /** 1 for the first try. */
  readonly attempt: number;
  /** When the execution started. */
  readonly startedAt: number;
  /** When it last resumed after waiting: the same for each message of this turn. */
  readonly turnAt: number;
  /** The output of an earlier try of the step; undefined if there is none. */
  readonly earlier: unknown;
  /** Adds the end of the step to the transaction of its effect, so that both happen once. */
  readonly once: (output: object) => Recording;
  /** Records the input of the step, once its templates are filled in. */
  readonly rendered: (input: object) => void;
}

export type Result =
  | { readonly output: object; readonly input: object }
  | { readonly error: string; readonly isRetryable: boolean; readonly input: object; readonly output?: object };

/** Performs a step. Errors of the step itself are returned, not thrown. */
export async function perform(step: EffectStep, scene: Scene): Promise<Result> {
  let input: Record<string, unknown>;
  try {
    input = inputOf(step, scene.scope);
  } catch (error) {
    if (!(error instanceof RenderingTooLarge)) throw error;
    return { input: {}, error: 'rendering_too_large', isRetryable: false };
  }
  scene.rendered(input);
  return { ...(await effectOf(step, input, scene)), input };
}

export type Effect =
  | { readonly output: object }
  | { readonly error: string; readonly isRetryable: boolean; readonly output?: object };

async function effectOf(step: EffectStep, input: Record<string, unknown>, scene: Scene): Promise<Effect> {
  switch (step.type) {
    case 'email':
      return await emailEffect(input, scene);
    case 'notification':
      return await notificationEffect(input, scene);
    case 'command':
      return await commandEffect(input, scene);
    case 'update_geofence':
      return await geofenceEffect(input, scene);
    case 'create_event':
      return await eventEffect(input, scene);
    case 'webhook':
      return await callEffect(input, scene);
  }
}
