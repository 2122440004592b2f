import { grantableScopes, type Role } from '../../shared/auth/scopes.ts';
import type { Route } from '../../shared/http/route.ts';
import { isShared } from '../../shared/limits/endpoint-limit.ts';
import { policies } from '../../shared/limits/policies.ts';
import { rateWindow } from '../../shared/limits/rate-window.ts';
import type { KeyDraft } from '../../shared/operator/keys.ts';
import { limitKeys } from '../../shared/table/keys/limits.ts';
import { Table } from '../../shared/table/table.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { isForKeys } from '../security/rows.ts';
import { type EndpointName, endpoint } from '../support/endpoints.ts';
import { callOverHttp } from '../support/http.ts';
import { type Invocation, type Invoked, invoke } from '../support/invoke.ts';
import { newPerson, signIn } from '../support/persons.ts';
import { isDeployed, newKey, newWorkspace, useDeployedTables } from '../support/stack.ts';
import { aPhone } from './phones.ts';

/** A user with this role, or an owner's phone. */
export type Someone = Role | 'phone';

/** A call by somebody, in place of the world's key. */
export type Asked = Invocation & { readonly as?: Someone };

/** A credential that may call this route: the world's key, or, if no key can have the scope, an owner or their phone. */
export function allowedTo(route: Route): Pick<Asked, 'as'> {
  if (route.scope === 'mobile:sync') return { as: 'phone' };
  return isForKeys(route) ? {} : { as: 'owner' };
}

/** A workspace of one test file, with a key that holds every grantable scope. */
export interface World {
  readonly workspace: WorkspaceRow;
  readonly key: string;
  /**
   * Calls an endpoint with the world's key, or the given credential: in this process, or on the deployed stack if the
   * endpoint has assets.
   */
  call(name: EndpointName, invocation?: Asked): Promise<Invoked>;
  /** The access token of a user with this role, signed in once, or the token of a phone that was paired once. */
  token(who: Someone): Promise<string>;
  /** A geofence of this workspace: a circle of 100 m, or one with the given fields. */
  fence(draft?: Record<string, unknown>): Promise<Invoked['body']>;
  anotherKey(draft: Partial<KeyDraft> & Pick<KeyDraft, 'scopes'>): Promise<string>;
}

/** Tests call a route more often than a workspace may in an hour. */
async function forgetLimit({ reference }: WorkspaceRow, { limit }: Route): Promise<void> {
  if (!limit || !isShared(limit)) return;
  const subjects = ['all', 'key', 'user'];
  const { periodSeconds } = policies[limit];
  const indexOf = (subject: string) => rateWindow(reference + subject, Date.now(), periodSeconds).index;
  const counters = subjects.map((subject) => limitKeys.window(reference, limit, subject, indexOf(subject)));
  await Promise.all(counters.map((key) => new Table('access').delete(key)));
}

export async function newWorld(plan: WorkspaceRow['plan'] = 'enterprise'): Promise<World> {
  if (isDeployed()) useDeployedTables();
  const workspace = await newWorkspace({ plan });
  const key = await newKey(workspace, { scopes: grantableScopes });
  const tokens = new Map<Someone, Promise<string>>();
  const signedIn = async (role: Role) => (await signIn(await newPerson(workspace, role))).access_token;
  const token: World['token'] = (who) => {
    const signing = tokens.get(who) ?? (who === 'phone' ? paired() : signedIn(who));
    tokens.set(who, signing);
    return signing;
  };
  const paired = async () => (await aPhone({ call })).device_token;
  const call: World['call'] = async (name, { as, ...invocation } = {}) => {
    const called = endpoint(name);
    await forgetLimit(workspace, called.route);
    const credential = as ? await token(as) : key;
    return await (called.route.assets && isDeployed() ? callOverHttp : invoke)(called, {
      key: credential,
      ...invocation,
    });
  };
  return {
    workspace,
    key,
    call,
    token,
    fence: async (draft = {}) => {
      const body =
        'geometry' in draft ? draft : { latitude: 37.7749, longitude: -122.4194, radiusMeters: 100, ...draft };
      const created = await call('geofences/create', { body: { name: 'A fence', ...body } });
      if (created.status !== 201) throw new Error(`No fence: ${JSON.stringify(created.body)}`);
      return created.body;
    },
    anotherKey: (draft) => newKey(workspace, draft),
  };
}
