import { environment } from '../capability/environment.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type CredentialSource = () => Credentials | Promise<Credentials>;

let known: Credentials | undefined;

/**
 * Lambda provides credentials in the environment. Their key id is read for each call, so that new ones are used at once;
 * the secret and the token of a key id never change.
 */
function fromEnvironment(): Credentials {
  if (known?.accessKeyId !== environment.aws.accessKeyId()) known = environment.aws.credentials();
  return known;
}

let source: CredentialSource = fromEnvironment;

export const credentials: CredentialSource = () => source();

/** For a process that is not a Lambda function; its credentials come from a profile or a sign-in. */
export function useCredentials(from: CredentialSource): void {
  source = from;
}
