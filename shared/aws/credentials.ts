import { environment } from '../capability/environment.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type CredentialSource = () => Credentials | Promise<Credentials>;

/** Lambda hands credentials over in the environment; read anew for each call, so that new ones are used at once. */
let source: CredentialSource = environment.aws.credentials;

export const credentials: CredentialSource = () => source();

/** For a process that is no function, whose credentials come from a profile or a sign-in. */
export function useCredentials(from: CredentialSource): void {
  source = from;
}
