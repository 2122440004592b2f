import { delimiter, dirname } from 'node:path';

export const region = 'us-east-1';
export const accountId = '000000000000';

/** The emulator's root key. It works only in the emulator. */
export const rootKey = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

/**
 * The caller's environment without anything that could affect the local stack: AWS settings and profiles (the local
 * stack must never reach a real account) and Node.js options. Loopback calls bypass a configured proxy, and `node` is
 * the Node.js that runs this.
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && name !== 'NODE_OPTIONS');
  const environment: NodeJS.ProcessEnv = Object.fromEntries(kept);
  const direct = [process.env.NO_PROXY ?? process.env.no_proxy, 'localhost', '127.0.0.1', '::1']
    .filter(Boolean)
    .join(',');
  environment.PATH = [dirname(process.execPath), process.env.PATH].filter(Boolean).join(delimiter);
  return { ...environment, NO_PROXY: direct, no_proxy: direct };
}

/**
 * Functions inherit the emulator's environment. It therefore holds what they need on any machine, and no secret of its
 * owner.
 */
export function functionEnvironment(): NodeJS.ProcessEnv {
  const needed = /^(PATH|.*_PROXY|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|LD_LIBRARY_PATH)$/i;
  const kept = Object.entries(cleanEnvironment()).filter(([name]) => needed.test(name));
  return { ...Object.fromEntries(kept), LANG: 'en_US.UTF-8', TZ: 'UTC' };
}

/** What an AWS SDK or the cdk command line needs to call `endpoint` as root. */
export function awsEnvironment(endpoint: string): Record<string, string> {
  return {
    ...rootKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
