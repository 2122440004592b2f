/**
 * What functions are bundled with instead of `@aws-sdk/credential-provider-node`. Lambda always hands credentials over in
 * the environment; the chain that also asks SSO, profiles, processes and instance metadata is a tenth of a bundle and
 * more of its start. Nothing outside Lambda is bundled with this.
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = fromEnv;
