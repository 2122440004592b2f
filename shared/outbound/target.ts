import { environment } from '../capability/environment.ts';
import { problem } from '../problems/problem.ts';

/** Which targets may be called: the rules that need only the text of the URL. */

export const forbiddenReasons = ['scheme', 'port', 'private_address', 'unresolvable', 'userinfo', 'own_host'] as const;
export type ForbiddenReason = (typeof forbiddenReasons)[number];

/** A URL that may not be called. */
export class ForbiddenTarget extends Error {
  override readonly name = 'ForbiddenTarget';
  readonly reason: ForbiddenReason;

  constructor(reason: ForbiddenReason) {
    super(sentences[reason]);
    this.reason = reason;
  }
}

const sentences: Readonly<Record<ForbiddenReason, string>> = {
  scheme: 'Only https is called.',
  port: 'Only port 443 and ports above 1023 are called.',
  private_address: 'The host has an address that is not public.',
  unresolvable: 'The host has no address.',
  userinfo: 'A URL with a user name or a password is not called; send them in a header.',
  own_host: 'This is the address of this platform itself.',
};

/** For `catch`: a forbidden target becomes a `URL_FORBIDDEN`; any other error is thrown as it is. */
export function refuseTarget(error: unknown): never {
  if (!(error instanceof ForbiddenTarget)) throw error;
  throw problem('URL_FORBIDDEN', error.message, { reason: error.reason }, { cause: error });
}

/** Where a call goes. */
export interface Target {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The name or the address to dial, without brackets and without a dot at its end. */
  readonly host: string;
  /** Path and query. */
  readonly path: string;
}

/** Whether this deployment calls plain http and private addresses too. No deployment in production does. */
export const isOpen = (): boolean => environment.setting('OPEN_TARGETS') === 'true';

const lowestFreePort = 1024;

/**
 * Reads a URL. Hosts are compared and dialled in the form that `URL` gives them: numbers in any notation become an
 * address, names become ASCII.
 *
 * @param ownHosts hosts of this deployment that its settings do not name, such as the one that a request came to
 * @throws ForbiddenTarget
 */
export function targetOf(text: string, ownHosts: readonly string[] = []): Target {
  const url = URL.parse(text);
  const open = isOpen();
  if (!url || !(url.protocol === 'https:' || (open && url.protocol === 'http:'))) throw new ForbiddenTarget('scheme');
  if (url.username !== '' || url.password !== '') throw new ForbiddenTarget('userinfo');
  const host = withoutDot(url.hostname);
  if (host === '') throw new ForbiddenTarget('unresolvable');
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  if (isOwn(host, port, [...(environment.setting('OWN_HOSTS')?.split(',') ?? []), ...ownHosts])) {
    throw new ForbiddenTarget('own_host');
  }
  if (port !== 443 && port < lowestFreePort && !open) throw new ForbiddenTarget('port');
  const at = url.port === '' ? '' : `:${url.port}`;
  return {
    origin: `${url.protocol}//${host}${at}`,
    host: host.replace(/^\[|\]$/g, ''),
    path: url.pathname + url.search,
  };
}

const withoutDot = (host: string): string => host.replace(/\.+$/, '');

/** Where private addresses are called, other programs of the same machine have other ports. */
function isOwn(host: string, port: number, own: readonly string[]): boolean {
  return own.some((one) => {
    const url = URL.parse(`https://${one}`);
    if (!url || withoutDot(url.hostname) !== host) return false;
    return !isOpen() || (url.port === '' ? [80, 443] : [Number(url.port)]).includes(port);
  });
}
