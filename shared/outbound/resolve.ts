import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { isPublicAddress } from './address.ts';
import { ForbiddenTarget, isOpen, type Target } from './target.ts';

/** Finding the addresses of a host, all of which must be allowed. */

/** Returns the addresses of a name; none if it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const queryMilliseconds = 2000;

let resolver: Resolver | undefined;

/**
 * Asks the name servers without a thread. Node.js has four threads for `lookup`: hosts of one customer whose name
 * servers never answer would block the lookups of all others.
 */
const askServers: Resolve = async (host) => {
  resolver ??= new Resolver({ timeout: queryMilliseconds, tries: 2 });
  const families = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return families.flatMap((family) => (family.status === 'fulfilled' ? family.value : []));
};

/** Resolves as other programs of this machine do, including names that only this machine knows. */
const askMachine: Resolve = async (host) => {
  const { lookup } = await import('node:dns/promises');
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
};

let replaced: Resolve | undefined;

/** For tests: names are resolved by this function, or again by the name servers. */
export function resolveWith(resolve: Resolve | undefined): void {
  replaced = resolve;
}

/**
 * The addresses of a target, IPv4 first, each of which may be dialled.
 *
 * @throws ForbiddenTarget if there is none, or if one of them is not public
 */
export async function addressesOf({ host }: Target): Promise<readonly string[]> {
  const open = isOpen();
  const resolve = replaced ?? (open ? askMachine : askServers);
  const found = isIP(host) ? [host] : await resolve(host);
  if (found.length === 0) throw new ForbiddenTarget(isOfThisMachine(host) ? 'private_address' : 'unresolvable');
  if (!open && !found.every(isPublicAddress)) throw new ForbiddenTarget('private_address');
  return found.toSorted((a, b) => isIP(a) - isIP(b));
}

/** Names that name servers do not know, because they always mean the machine itself. */
const isOfThisMachine = (host: string): boolean => /^(.+\.)?localhost$/i.test(host);
