/**
 * Functions are bundled with this instead of `@aws-sdk/credential-provider-node`. Lambda always provides credentials in
 * the environment. The standard chain, which also asks SSO, profiles, processes and instance metadata, is a tenth of a
 * bundle and a larger part of its start. Code that runs outside of Lambda is not bundled with this.
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = fromEnv;
