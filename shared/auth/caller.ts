import type { Tenant } from '../tenancy/tenant.ts';
import type { WorkspaceRow } from '../tenancy/workspace-record.ts';
import type { KeyRow } from './key-record.ts';
import type { PhoneRow } from './phone-record.ts';
import type { Role, Scope } from './scopes.ts';
import type { UserRow } from './user-record.ts';

/** The principal of the platform itself and of its operator. */
export const systemPrincipal = 'system';

/** The person who makes a request with an access token. */
export interface SignedInUser {
  readonly id: string;
  readonly role: Role;
  readonly sessionId: string;
  /** The row as it was when the request was counted on it. */
  readonly row: UserRow;
}

/** The paired phone that makes a request with its device token. It acts for its user, on what is the user's own. */
export interface PairedPhone {
  /** The id of the phone as a device. */
  readonly deviceId: string;
  /** The row as it was when the request was counted on it. */
  readonly row: PhoneRow;
  /** The user whose phone it is, as read together with the credential. */
  readonly user: UserRow;
}

/** Who makes a request, once the credential has been accepted. Only the resolver makes these. */
export interface Caller {
  readonly tenant: Tenant;
  /** The workspace as it was read together with the credential. */
  readonly workspace: WorkspaceRow;
  /** `user_<uuid>`, `key_<keyId>`, `device_<uuid>`; or `systemPrincipal`. */
  readonly principal: string;
  /** Set for people only. */
  readonly user: SignedInUser | undefined;
  /** Set for API keys only. */
  readonly key: KeyRow | undefined;
  /** Set for device tokens only. */
  readonly phone?: PairedPhone | undefined;
  readonly scopes: ReadonlySet<Scope>;
  readonly address: string;
  readonly requestId: string;
}
