import { CommandProblem } from '../command/problem.ts';
import { runAlone } from '../local/alone.ts';
import { demoPlace, demoTrack } from './demo-track.ts';
import { Device } from './device.ts';
import { drive } from './drive.ts';
import { provision } from './provision.ts';

/** A device that drives through the demo workspace for as long as the local stack runs. */

export interface DemoDrive {
  readonly deviceId: string;
  /** The geofence that it drives through. */
  readonly place: string;
  /** Settles once the device has ended, after the signal. */
  readonly ended: Promise<unknown>;
}

/** The demo van's. A stack that keeps its data finds the van by it. */
const externalId = 'demo-van';
/** One lap of the track takes half a minute. */
const pace = { speed: 10, loop: true } as const;

/**
 * @param tell receives each line that the device prints
 * @throws CommandProblem
 */
export async function startDemoDrive(
  url: string,
  apiKey: string,
  signal: AbortSignal,
  tell: (line: string) => void = () => undefined,
): Promise<DemoDrive> {
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const headers = { 'X-API-Key': apiKey, 'Content-Type': 'application/json' };
    const sent = body ? { body: JSON.stringify(body) } : {};
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, signal, ...sent });
    const result = (await answer.json()) as T & { readonly detail?: string };
    if (!answer.ok) throw new CommandProblem(`The demo device cannot drive: ${result.detail}`);
    return result;
  };
  const { data } = await ask<{ data: { id: string }[] }>('GET', `/devices?externalId=${externalId}`);
  const known = data[0] ?? (await ask<{ id: string }>('POST', '/devices', { name: 'Demo van', externalId }));
  const { token } = await ask<{ token: string }>('POST', '/devices/registration/tokens', { deviceId: known.id });
  const folder = await provision(token, url, signal);
  const release = await runAlone(folder.path, `The demo device is already running, with ${folder.path}.`);
  const device = new Device({ folder, rotate: false, tell });
  const driven = drive(demoTrack(), pace, (point) => device.report(point), signal);
  return {
    deviceId: known.id,
    place: demoPlace,
    ended: Promise.allSettled([device.run(signal), driven]).finally(release),
  };
}
