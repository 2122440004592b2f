import type { ContextReader } from './context.ts';
import { generationsOf } from './generations.ts';

/** The keys that sign access tokens, by generation; see "Rotate the token keys" in `lib/README.md`. */
export interface TokenKeysConfig {
  /** The generations whose tokens are accepted, oldest first. */
  readonly published: readonly number[];
  /** The generation that signs. */
  readonly signer: number;
}

export function tokenKeysOf(context: ContextReader): TokenKeysConfig | undefined {
  const given = generationsOf(context, 'tokenKeys', 'tokenSigner');
  return given && { published: given.all, signer: given.current };
}
