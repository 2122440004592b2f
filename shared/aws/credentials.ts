import { environment } from '../capability/environment.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type CredentialSource = () => Credentials | Promise<Credentials>;

let known: Credentials | undefined;

/**
 * Lambda hands credentials over in the environment. Their key id is read anew for each call, so that new ones are used at
 * once; secret and token of a key id never change.
 */
function fromEnvironment(): Credentials {
  if (known?.accessKeyId !== environment.aws.accessKeyId()) known = environment.aws.credentials();
  return known;
}

let source: CredentialSource = fromEnvironment;

export const credentials: CredentialSource = () => source();

/** For a process that is no function, whose credentials come from a profile or a sign-in. */
export function useCredentials(from: CredentialSource): void {
  source = from;
}
