import { grantableScopes, scopes } from '../../shared/auth/scopes.ts';
import { channels } from '../../shared/channels/kind.ts';
import { newEntity } from '../../shared/entity/create.ts';
import { writeEntity } from '../../shared/entity/write.ts';
import { writeGeofences } from '../../shared/geofences/writer.ts';
import { unrecorded } from '../../shared/http/once.ts';
import { createKey } from '../../shared/operator/keys.ts';
import { randomBase62 } from '../../shared/tenancy/base62.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { createUsers } from '../../shared/users/create.ts';
import { installOwner } from '../../shared/users/founding.ts';
import { inviteUsers } from '../../shared/users/invite.ts';
import { WorkflowDraft } from '../../shared/workflows/bodies.ts';
import { workflows } from '../../shared/workflows/kind.ts';
import { createWorkspace, findWorkspace, systemCaller } from '../../shared/workspaces/workspaces.ts';
import type { DeployedStack, Seeded } from '../local/stack.ts';
import { connect } from '../operator/connect.ts';
import { seedDevices } from './devices.ts';
import { seedFieldWork } from './field-work.ts';
import { demoIds } from './ids.ts';
import { seedInsight } from './insight.ts';
import { circles, polygons } from './places.ts';

const demo = { name: 'Demo', slug: 'demo', plan: 'enterprise' } as const;
const demoWorkflow = WorkflowDraft.parse({
  name: 'Arrivals',
  trigger: { type: 'geofence_enter', geofence_ids: [demoIds.geofence] },
  steps: [
    {
      id: 'tell',
      type: 'email',
      config: {
        to: ['ops@example.com'],
        subject: '{{event.data.deviceName}} arrived',
        text: 'At {{event.data.geofenceName}}.',
      },
    },
  ],
});
const owner = { email: 'demo@example.com', name: 'Demo owner', emailVerified: true };

/**
 * Creates the demo workspace with its places and its device unless it exists, a key with every grantable scope, and an owner with a
 * new password.
 *
 * @param before the result of an earlier start; it is kept if the workspace still exists
 */
export async function seedDemo(deployed: DeployedStack, before?: Seeded): Promise<Seeded> {
  connect('local', deployed);
  const known = await findWorkspace(demo.slug);
  if (known && before) return before;
  const workspace = known ?? (await createWorkspace(demo));
  if (!known) await seedThings(workspace);
  const password = newPassword();
  await installOwner(workspace, { ...owner, password });
  const { key } = await createKey(workspace, { name: 'Demo key', scopes: grantableScopes });
  const [longitude, latitude] = circles[0]!.at;
  return { apiKey: key, email: owner.email, password, place: { name: circles[0]!.name, latitude, longitude } };
}

/** Creates what the demo holds in an empty workspace. */
export async function seedThings(workspace: WorkspaceRow): Promise<void> {
  await seedPlaces(workspace);
  await seedDevices(workspace);
  await seedInsight(workspace);
  await seedFieldWork(workspace);
  await seedPeople(workspace);
  await seedWorkflow(workspace);
  await seedChannel(workspace);
}

async function seedPlaces(workspace: WorkspaceRow): Promise<void> {
  const [geofences, caller] = [writeGeofences.open(), systemCaller(workspace)];
  for (const [i, draft] of drafts().entries())
    await geofences.create(caller, draft, unrecorded, i === 0 ? demoIds.geofence : undefined);
}

function drafts() {
  const round = circles.map(({ name, tags, at: [longitude, latitude], radiusMeters }) => {
    return { name, tags: [...tags], latitude, longitude, radiusMeters, groupName: 'demo' };
  });
  const drawn = polygons.map(({ name, tags, rings }) => {
    const coordinates = rings.map((ring) => [...ring, ring[0]!]);
    return { name, tags: [...tags], geometry: { type: 'Polygon', coordinates }, groupName: 'demo' };
  });
  return [...round, ...drawn];
}

/** Creates a workflow that is inactive. */
async function seedWorkflow(workspace: WorkspaceRow): Promise<void> {
  const { name, trigger, steps } = demoWorkflow;
  const workflow = newEntity(workflows, { name, trigger, steps }, demoIds.workflow);
  await writeEntity(workflows, systemCaller(workspace), undefined, workflow);
}

/** Creates a notification channel to an address that nobody has. */
async function seedChannel(workspace: WorkspaceRow): Promise<void> {
  const given = { name: 'Night shift', type: 'EMAIL' as const, config: { to: ['ops@example.com'] } };
  const channel = newEntity(channels, given, demoIds.notificationChannel);
  await writeEntity(channels, systemCaller(workspace), undefined, channel);
}

/** Creates a second user, whose password nobody knows, an open invitation, and a key that nobody has. */
async function seedPeople(workspace: WorkspaceRow): Promise<void> {
  const caller = { ...systemCaller(workspace), scopes: new Set(scopes) };
  const viewer = {
    email: 'demo-viewer@example.com',
    name: 'Demo viewer',
    role: 'viewer',
    password: newPassword(),
  } as const;
  await createUsers.open().create(caller, viewer, unrecorded, demoIds.user);
  await inviteUsers
    .open()
    .invite(caller, { email: 'demo-editor@example.com', role: 'editor' }, unrecorded, demoIds.invitation);
  await createKey(workspace, { name: 'Key for trying', scopes: ['geofences:read'], id: demoIds.apiKey });
}

const newPassword = (): string => `${randomBase62(16)}a1`;
