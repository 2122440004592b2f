import type { ContextReader } from './context.ts';
import { generationsOf } from './generations.ts';

/** The secrets by which the API knows its front door, by generation; see "Replace the origin secret" in `lib/README.md`. */
export interface OriginSecretsConfig {
  /** What the front door sends, all of them with each request. */
  readonly sent: readonly number[];
  /** The one that the API asks for. */
  readonly accepted: number;
}

export function originSecretsOf(context: ContextReader): OriginSecretsConfig | undefined {
  const given = generationsOf(context, 'originSecrets', 'originSecret');
  return given && { sent: given.all, accepted: given.current };
}
