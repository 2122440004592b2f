import type { Tenant } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import type { KeyRow } from './key-record.ts';
import type { Role, Scope } from './scopes.ts';
import type { UserRow } from './user-record.ts';

/** A person behind a request, by an access token. */
export interface SignedInUser {
  readonly id: string;
  readonly role: Role;
  readonly sessionId: string;
  /** The row as it was when the request was counted on it. */
  readonly row: UserRow;
}

/** Who makes a request, once the credential has been accepted. Made by the resolver only. */
export interface Caller {
  readonly tenant: Tenant;
  /** The workspace as it was read beside the credential. */
  readonly workspace: WorkspaceRow;
  /** `user_<uuid>`, `key_<keyId>`, later `device_<uuid>`; `system` for the platform itself. */
  readonly principal: string;
  /** Set for people only. */
  readonly user: SignedInUser | undefined;
  /** Set for API keys only. */
  readonly key: KeyRow | undefined;
  readonly scopes: ReadonlySet<Scope>;
  readonly address: string;
  readonly requestId: string;
}
