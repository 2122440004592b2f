import { environmentNames } from '../../shared/capability/environment.ts';
import { adopt } from '../../shared/certificates/adopt.ts';
import { checkCsr } from '../../shared/certificates/csr.ts';
import { exampleCsr } from '../../shared/certificates/example-csr.ts';
import { activate, exchangeFor } from '../../shared/certificates/exchange.ts';
import { createCommands } from '../../shared/commands/create.ts';
import { devices } from '../../shared/devices/devices.ts';
import { newEntity } from '../../shared/entity/create.ts';
import { writeEntity } from '../../shared/entity/write.ts';
import { unrecorded } from '../../shared/http/once.ts';
import { bindCertificate } from '../../shared/iot/identities.ts';
import type { Actor } from '../../shared/outbox/event.ts';
import { deviceProfileVersions } from '../../shared/profiles/device-profiles.ts';
import { deviceProfiles, sensorProfiles } from '../../shared/profiles/heads.ts';
import { sensorProfileVersions } from '../../shared/profiles/sensor-profiles.ts';
import { createTokens } from '../../shared/registration/create.ts';
import { createdAtOf } from '../../shared/table/ids.ts';
import type { WorkspaceRow } from '../../shared/tenancy/workspace-record.ts';
import { components } from '../../shared/topology/components.ts';
import { deviceGroups } from '../../shared/topology/device-groups.ts';
import { sensors } from '../../shared/topology/sensors.ts';
import { sites } from '../../shared/topology/sites.ts';
import { startTrips } from '../../shared/trips/start.ts';
import { systemCaller } from '../../shared/workspaces/workspaces.ts';
import { namesOf } from '../names.ts';
import { demoIds } from './ids.ts';

/**
 * Creates a site, a group and a device, and for the device a component with a sensor, profiles, a certificate, a command, an open
 * session and an open registration token.
 * Nobody has the key of its certificate, so the device never connects, and its command times out.
 */
export async function seedDevices(workspace: WorkspaceRow): Promise<void> {
  const caller = systemCaller(workspace);
  const site = newEntity(sites, { name: 'Pier 1', geofenceId: demoIds.geofence }, demoIds.site);
  await writeEntity(sites, caller, undefined, site);
  const group = newEntity(deviceGroups, { name: 'Demo devices', deviceIds: [demoIds.device] }, demoIds.deviceGroup);
  const device = newEntity(devices, { name: 'demo-gateway', kind: 'gateway', siteId: demoIds.site }, demoIds.device);
  await writeEntity(devices, caller, undefined, device);
  await writeEntity(deviceGroups, caller, undefined, group);
  await equip(caller);
  await describeKinds(caller);
  await certify(workspace);
  await createCommands
    .open()
    .create(caller, demoIds.device, { type: 'REBOOT', payload: {}, timeoutSeconds: 300 }, unrecorded, demoIds.command);
  const session = { name: 'Demo session', startedAt: createdAtOf(demoIds.session) };
  await startTrips.open().start(caller, demoIds.device, session, unrecorded, demoIds.session);
  const token = { deviceId: demoIds.device, expiresInHours: 168 };
  await createTokens.open().create(caller, token, unrecorded, demoIds.registrationToken);
}

/** A component with one sensor, for the device. */
async function equip(caller: Actor): Promise<void> {
  const { device: deviceId, component: componentId } = demoIds;
  const component = newEntity(components, { deviceId, name: 'boiler-1' }, componentId);
  await writeEntity(components, caller, undefined, component);
  const measured = { key: 'temperature', valueType: 'DOUBLE', unit: '°C' } as const;
  const sensor = newEntity(sensors, { deviceId, componentId, ...measured }, demoIds.sensor);
  await writeEntity(sensors, caller, undefined, sensor);
}

/** A sensor profile and a device profile, which nothing follows, so that both can be deleted. */
async function describeKinds(caller: Actor): Promise<void> {
  const [name, version] = ['Demo', '1.0'];
  const { sensorProfile: sensorId, deviceProfile: deviceId } = demoIds;
  const sensors = [{ key: 'temperature', valueType: 'DOUBLE', unit: '°C', min: -20, max: 120 }] as const;
  const ofSensors = newEntity(sensorProfileVersions, { profileId: sensorId, name, version, sensors: [...sensors] });
  const sensorHead = newEntity(sensorProfiles, { name, versions: { [version]: ofSensors.id } }, sensorId);
  await writeEntity(sensorProfiles, caller, undefined, sensorHead);
  await writeEntity(sensorProfileVersions, caller, undefined, ofSensors);
  const components = [{ name: 'boiler-1', sensorProfileId: null, sensorProfileVersion: null }];
  const ofDevices = newEntity(deviceProfileVersions, { profileId: deviceId, name, version, components });
  const deviceHead = newEntity(deviceProfiles, { name, versions: { [version]: ofDevices.id } }, deviceId);
  await writeEntity(deviceProfiles, caller, undefined, deviceHead);
  await writeEntity(deviceProfileVersions, caller, undefined, ofDevices);
}

/** What `POST /devices/provision` does for a device with a token. */
async function certify(workspace: WorkspaceRow): Promise<void> {
  process.env[environmentNames.setting('DEVICE_POLICY')] ??= namesOf('local').devicePolicy;
  const { reference } = workspace;
  const issued = await exchangeFor(reference, demoIds.device, checkCsr(exampleCsr), async () => undefined);
  await bindCertificate(issued.arn, demoIds.device);
  await adopt(systemCaller(workspace), demoIds.device, issued);
  await activate(reference, demoIds.device, issued);
}
