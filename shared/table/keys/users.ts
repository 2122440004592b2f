import type { TenantReference } from '../../tenancy/tenant.ts';
import { hashed, key, partition } from '../key.ts';

/** Users, in the Access table, as are all keys of this file. */
export const userKeys = {
  user: (tenant: TenantReference, userId: string) => key(`${tenant}#user`, userId),
  users: (tenant: TenantReference) => partition(`${tenant}#user`),
};

/** The register of e-mail addresses: which workspaces have a user with an address. */
export const signInKeys = {
  signIn: (platform: TenantReference, email: string, tenant: TenantReference) =>
    key(`${platform}#sign-in#${hashed(email)}`, tenant),
  signIns: (platform: TenantReference, email: string) => partition(`${platform}#sign-in#${hashed(email)}`),
};

/** Networks from which a user has signed in. */
export const knownNetworkKeys = {
  network: (tenant: TenantReference, userId: string, network: string) =>
    key(`${tenant}#network#${userId}`, hashed(network)),
  networks: (tenant: TenantReference, userId: string) => partition(`${tenant}#network#${userId}`),
};

/** Tokens of mails. */
export const oneTimeTokenKeys = {
  /** A token of a mail, found by its hash. It is under the platform's reference, since the token names no workspace. */
  token: (platform: TenantReference, tokenHash: string) => key(`${platform}#one-time#${tokenHash}`, 'token'),
};
