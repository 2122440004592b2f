import { environment } from '../capability/environment.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type CredentialSource = () => Credentials | Promise<Credentials>;

/** Lambda provides credentials in the environment. They are read for each call, so that new ones are used at once. */
let source: CredentialSource = environment.aws.credentials;

export const credentials: CredentialSource = () => source();

/** For a process that is not a Lambda function; its credentials come from a profile or a sign-in. */
export function useCredentials(from: CredentialSource): void {
  source = from;
}
