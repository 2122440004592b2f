import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { mintApiKey } from '../../shared/auth/api-key.ts';
import { isScope, type Role, type Scope } from '../../shared/auth/scopes.ts';
import { sessionAttribute } from '../../shared/auth/session-marker.ts';
import { verifyToken } from '../../shared/auth/tokens.ts';
import type { UserRow } from '../../shared/auth/user-record.ts';
import { devices } from '../../shared/devices/devices.ts';
import { deletes } from '../../shared/entity/delete.ts';
import type { Route } from '../../shared/http/route.ts';
import { revokeKey } from '../../shared/operator/keys.ts';
import { setAll } from '../../shared/table/expressions.ts';
import { phoneKeys } from '../../shared/table/keys/phones.ts';
import { userKeys } from '../../shared/table/keys/users.ts';
import { type Row, Table } from '../../shared/table/table.ts';
import { Transaction } from '../../shared/table/transaction.ts';
import { base62 } from '../../shared/tenancy/base62.ts';
import { asTenantReference } from '../../shared/tenancy/tenant.ts';
import { tenantOf, type WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { eraseUser } from '../../shared/users/erase.ts';
import { systemCaller } from '../../shared/workspaces/workspaces.ts';
import { newPerson, signIn } from '../support/persons.ts';
import { newPhone } from '../support/phones.ts';
import { newKey, newWorkspace } from '../support/stack.ts';
import { type Actor, otherScopes, roleOf } from './rows.ts';
import {
  deviceTokenFor,
  deviceTokenOfAnotherKey,
  expiredToken,
  rightToken,
  tokenForAnAudience,
  tokenOfAnotherIssuer,
  tokenOfAnotherKey,
  tokenOfAnUnknownKey,
  tokenOfTheFuture,
  tokenSignedWithThePublicKey,
  tokenWithoutSignature,
} from './tokens.ts';

/** The actors of the matrix, with real keys in their own workspace. */

type Headers = Record<string, string>;

const past = 1_000_000_000_000;
const access = new Table('access');

/** The key with other characters at `at`, and the checksum that is then correct. */
export function resealed(key: string, change: (unsealed: string) => string): string {
  const unsealed = change(key.slice(0, -6));
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(unsealed));
  return unsealed + base62(bytes, 6);
}

const otherSecret = (key: string) => resealed(key, (text) => text.slice(0, -32) + digits(text));
const digits = (seed: string) => createHash('sha256').update(seed).digest('hex').slice(0, 32);

/** A user with a new session for this call, since a call may end the session or delete the user. */
async function freshSession(workspace: WorkspaceRow, role: Role) {
  const person = await newPerson(workspace, role);
  const tokens = await signIn(person);
  const row = await access.get<UserRow>(userKeys.user(workspace.reference, person.id));
  const { sid } = await verifyToken(tokens.access_token, 'at+jwt');
  return { tokens, row: row!, bearer: { userId: person.id, workspaceId: workspace.id, sessionId: sid } };
}

export class Cast {
  readonly #workspace: WorkspaceRow;
  readonly #keys = new Map<string, Promise<string>>();

  private constructor(workspace: WorkspaceRow) {
    this.#workspace = workspace;
  }

  static async inNewWorkspace(): Promise<Cast> {
    return new Cast(await newWorkspace());
  }

  /** Creates one key for each kind and set of scopes. */
  #key(manner: string, scopes: readonly Scope[], more: object = {}): Promise<string> {
    const name = `${manner} ${scopes.join()}`;
    const key = this.#keys.get(name) ?? newKey(this.#workspace, { name: manner, scopes, ...more });
    this.#keys.set(name, key);
    return key;
  }

  async #revoked(scopes: readonly Scope[]): Promise<string> {
    const key = await this.#key('revoked', scopes);
    await revokeKey(this.#workspace, key.slice(0, key.lastIndexOf('_')));
    return key;
  }

  async #bearer(actor: Actor): Promise<string> {
    const role = roleOf(actor);
    const { tokens, row, bearer } = await freshSession(this.#workspace, role ?? 'owner');
    const { reference, id } = this.#workspace;
    const update = (set: Row, removed: string[] = []) =>
      access.update(userKeys.user(reference, bearer.userId), setAll(set, removed));
    switch (actor) {
      case 'a user whose session has ended':
        await update({}, [sessionAttribute(bearer.sessionId)]);
        return tokens.access_token;
      case 'a user who was disabled':
        await update({ status: 'disabled' });
        return tokens.access_token;
      case 'a user who was deleted': {
        const transaction = new Transaction();
        eraseUser(transaction, tenantOf(this.#workspace), row);
        await transaction.commit();
        return tokens.access_token;
      }
      case 'an expired access token':
        return await expiredToken(bearer);
      case 'an access token of the future':
        return await tokenOfTheFuture(bearer);
      case 'an access token for an audience':
        return await tokenForAnAudience(bearer);
      case 'an access token of another issuer':
        return await tokenOfAnotherIssuer(bearer);
      case 'an access token of another key':
        return tokenOfAnotherKey(bearer);
      case 'an access token without a signature':
        return tokenWithoutSignature(bearer);
      case 'an access token signed with the public key':
        return tokenSignedWithThePublicKey(bearer);
      case 'an access token of an unknown key':
        return tokenOfAnUnknownKey(bearer);
      case 'an access token that names another workspace':
        return await rightToken({ ...bearer, workspaceId: id.replace(/.$/, (last) => (last === '0' ? '1' : '0')) });
      case 'a refresh token':
        return tokens.refresh_token;
      default:
        return tokens.access_token;
    }
  }

  /** The token of a new phone. It is invalid in some way unless the actor is an owner's or a viewer's phone. */
  async #deviceToken(actor: Actor): Promise<string> {
    const { reference, id: workspaceId } = this.#workspace;
    const person = await newPerson(this.#workspace, 'owner');
    const { device_token, device_id } = await newPhone(person);
    const bearer = { userId: person.id, workspaceId, deviceId: device_id };
    const user = userKeys.user(reference, person.id);
    switch (actor) {
      case "a viewer's phone":
        await access.update(user, setAll({ role: 'viewer' }));
        return device_token;
      case 'a phone that was revoked':
        await access.update(phoneKeys.phone(reference, device_id), setAll({ revokedAt: Date.now() }));
        return device_token;
      case 'a phone whose device was deleted':
        await deletes(devices).open().delete(systemCaller(this.#workspace), device_id, undefined);
        return device_token;
      case 'a phone whose user was disabled':
        await access.update(user, setAll({ status: 'disabled' }));
        return device_token;
      case 'a phone whose user was deleted': {
        const row = await access.get<UserRow>(user);
        const transaction = new Transaction();
        eraseUser(transaction, tenantOf(this.#workspace), row!);
        await transaction.commit();
        return device_token;
      }
      case 'a device token of another user':
        return await deviceTokenFor({ ...bearer, userId: (await newPerson(this.#workspace, 'owner')).id });
      case 'a device token of another workspace':
        return await deviceTokenFor({ ...bearer, workspaceId: (await newWorkspace()).id });
      case 'a device token of another key':
        return deviceTokenOfAnotherKey(bearer);
      default:
        return device_token;
    }
  }

  /** The headers with which this actor calls this route. `originVerify` is the header that the front door adds. */
  async headers(actor: Actor, route: Route, originVerify: string): Promise<Headers> {
    const scopes: Scope[] = isScope(route.scope) ? [route.scope] : ['audit:read'];
    const just = () => this.#key('just', scopes);
    const walled = () => this.#key('walled', scopes, { cidrs: ['203.0.113.0/24', '2001:db8::/32'] });
    const named = (key: string): Headers => ({ 'x-api-key': key });
    switch (actor) {
      case 'no credential':
        return {};
      case 'an empty credential':
        return { 'x-api-key': '', authorization: '' };
      case 'a word that is no credential':
        return named('hunter2');
      case 'a bearer of nothing':
        return { authorization: 'Bearer ' };
      case 'a key with just the scope':
        return named(await just());
      case 'a key with just the scope, as a bearer':
        return { authorization: `Bearer ${await just()}` };
      case 'the same key in both headers':
        return { ...named(await just()), authorization: `bearer ${await just()}` };
      case 'two keys in two headers':
        return { ...named(await just()), authorization: `Bearer ${await this.#key('second', scopes)}` };
      case 'a key with every scope but this one':
        return named(await this.#key('all but', otherScopes(route)));
      case 'a headless key':
        return named(await this.#key('headless', []));
      case 'an expired key':
        return named(await this.#key('expired', scopes, { expiresAt: past }));
      case 'a revoked key':
        return named(await this.#revoked(scopes));
      case 'an expired key with a wrong secret':
        return named(otherSecret(await this.#key('expired', scopes, { expiresAt: past })));
      case 'a revoked key with a wrong secret':
        return named(otherSecret(await this.#revoked(scopes)));
      case 'a key with a wrong checksum':
        return named((await just()).replace(/.$/, (last) => (last === '0' ? '1' : '0')));
      case 'a key with a wrong secret and its right checksum':
        return named(otherSecret(await just()));
      case 'a key with an unknown id':
        return named(mintApiKey(this.#workspace.reference, 'live').key);
      case 'a key of an unknown workspace':
        return named(mintApiKey(asTenantReference('00000000'), 'live').key);
      case 'a key cut short':
        return named((await just()).slice(0, -1));
      case 'a key with a lower-case secret':
        return named(`${(await just()).toLowerCase()}`);
      case 'a key from outside its networks':
        return named(await walled());
      case 'a key from outside its networks that claims an address inside':
        return { ...named(await walled()), 'x-viewer-address': '203.0.113.9', 'x-forwarded-for': '203.0.113.9' };
      case 'a key from outside its networks that claims to come through the front door':
        return { ...named(await walled()), 'x-viewer-address': '203.0.113.9', 'x-origin-verify': `${originVerify}x` };
      case 'a key from inside its networks, through the front door':
        return { ...named(await walled()), 'x-viewer-address': '203.0.113.9', 'x-origin-verify': originVerify };
      default: {
        const ofPhone = actor.includes('phone') || actor.includes('device token');
        return { authorization: `Bearer ${await (ofPhone ? this.#deviceToken(actor) : this.#bearer(actor))}` };
      }
    }
  }
}
