import type { ContextReader } from './context.ts';
import { generationsOf } from './generations.ts';

/**
 * The secrets that the front door sends to the API, by generation; see "Replace the origin secret" in `lib/README.md`.
 */
export interface OriginSecretsConfig {
  /** The secrets that the front door sends with each request. */
  readonly sent: readonly number[];
  /** The one that the API accepts. */
  readonly accepted: number;
}

export function originSecretsOf(context: ContextReader): OriginSecretsConfig | undefined {
  const given = generationsOf(context, 'originSecrets', 'originSecret');
  return given && { sent: given.all, accepted: given.current };
}
