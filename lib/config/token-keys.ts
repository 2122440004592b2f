import { type ContextReader, text } from './context.ts';

/** The keys that sign access tokens, by generation; see "Rotate the token keys" in `lib/README.md`. */
export interface TokenKeysConfig {
  /** Whose tokens are accepted, oldest first. */
  readonly published: readonly number[];
  /** The one of them that signs. */
  readonly signer: number;
}

const most = 3;

/** The old key signs until another is named, so that publishing a new one is a deployment of its own. */
export function tokenKeysOf(context: ContextReader): TokenKeysConfig | undefined {
  const given = { published: text(context, 'tokenKeys'), signer: text(context, 'tokenSigner') };
  if (!given.published && !given.signer) return undefined;
  const published = (given.published ?? '1').split(',').map((name) => generation('tokenKeys', name.trim()));
  const signer = given.signer ? generation('tokenSigner', given.signer.trim()) : Math.min(...published);
  if (new Set(published).size < published.length) throw new Error('Context "tokenKeys" names a generation twice.');
  if (published.length > most)
    throw new Error(`Context "tokenKeys" names more than ${most} generations: drop those that no longer sign.`);
  if (!published.includes(signer))
    throw new Error(`Context "tokenSigner" is ${signer}, which "tokenKeys" (${published.join(',')}) does not publish.`);
  return { published: published.toSorted((a, b) => a - b), signer };
}

function generation(key: string, name: string): number {
  if (/^[1-9]\d{0,3}$/.test(name)) return Number(name);
  throw new Error(`Context "${key}" says "${name}": generations are numbers from 1 to 9999, as in tokenKeys=1,2.`);
}
