import type { Tenant } from '../tenancy/tenant.ts';
import type { Scope } from './scopes.ts';

/** Who makes a request, once the credential has been accepted. Made by the resolver only. */
export interface Caller {
  readonly tenant: Tenant;
  /** `key_<keyId>`, later `user_<uuid>` and `device_<uuid>`; `system` for the platform itself. */
  readonly principal: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly address: string;
  readonly requestId: string;
}
