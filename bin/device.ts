/**
 * A device on this machine: registers with a one-time token, connects over mutual TLS, drives along a track and answers
 * commands, until it is ended. `usage` lists the settings.
 *
 *     npm run device -- --token <registration token>
 *     npm run device -- --device <id> --track ride.gpx --speed 10
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { misused, readArguments } from '../lib/command/arguments.ts';
import { CommandProblem } from '../lib/command/problem.ts';
import { runCommand } from '../lib/command/run.ts';
import { demoPlace, demoTrack } from '../lib/device/demo-track.ts';
import { Device } from '../lib/device/device.ts';
import { drive, type Pace } from '../lib/device/drive.ts';
import { DeviceFolder, devicesFolder, knownDevices } from '../lib/device/folder.ts';
import { provision } from '../lib/device/provision.ts';
import { readReadings } from '../lib/device/readings.ts';
import { readTrack } from '../lib/device/track.ts';
import { runAlone } from '../lib/local/alone.ts';
import { runningStack } from '../lib/operator/connect.ts';

const usage = `npm run device -- --token <registration token> [--url <https://…>] [--track <file>] [--readings <file>] [--speed <factor>] [--interval <seconds>] [--loop] [--once]
       npm run device -- --device <id> [--rotate] [--track <file>] [--readings <file>] [--speed <factor>] [--interval <seconds>] [--loop] [--once]
  A device on this machine: it drives along a track, sends its points and answers commands, until Ctrl-C. Its key never
  leaves .local/devices. Points that cannot be sent wait there, and are sent at the next start.

  --token     registers the device: a token of POST /devices/registration/tokens
  --url       of the platform, for --token; the running local stack if not given
  --device    a device that is registered on this machine
  --rotate    asks for a new certificate, and then uses it
  --track     GPX, or GeoJSON with a line or with points that have times; "none" to drive nowhere. If not given, a lap
              through a place of the demo workspace
  --readings  sends the readings of a file once, one a line as JSON: {"component":"boiler-1","key":"temperature","value":71.4}.
              One without recordedAt gets the present time. GET /admin/quarantine lists those that are refused
  --speed     how many times faster than it was recorded; 1 if not given. A track without times is driven at 50 km/h
  --interval  seconds between two points, whatever their times are
  --loop      starts again at the end of the track
  --once      ends when everything is sent, and the new certificate is in use`;

const options = {
  token: { type: 'string' },
  url: { type: 'string' },
  device: { type: 'string' },
  rotate: { type: 'boolean', default: false },
  track: { type: 'string' },
  readings: { type: 'string' },
  speed: { type: 'string' },
  interval: { type: 'string' },
  loop: { type: 'boolean', default: false },
  once: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

const quit = new AbortController();
// Ctrl-C reaches npm and this process, and npm passes it on, so it may arrive twice.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => quit.abort());

await runCommand(async () => {
  try {
    await main();
  } catch (error) {
    // Work that Ctrl-C interrupted has not failed.
    if (!quit.signal.aborted || error instanceof CommandProblem) throw error;
    process.exitCode = 130;
  }
});

async function main(): Promise<void> {
  const { values, positionals } = readArguments(usage, options);
  if (positionals.length > 0) throw misused(usage, `Unexpected argument "${positionals[0]}".`);
  const [pace, track, readings] = [paceOf(values), trackOf(values), readingsOf(values)];
  const folder = await folderOf(values);
  await runAlone(folder.path, `This device is already running on this machine, with ${folder.path}.`);
  const tell = (line: string) => console.log(line);
  const device = new Device({ folder, rotate: values.rotate, readings, tell });
  if (values.track === undefined) tell(`The track is a round through "${demoPlace}", a place of the demo workspace.`);
  if (device.unsent > 0) tell(`${device.unsent} points are left from before.`);
  const driven = drive(track, pace, (point) => device.report(point), quit.signal);
  const running = device.run(quit.signal);
  if (values.once) await Promise.race([running, driven.then(() => untilDone(device))]);
  else await running;
  quit.abort();
  await Promise.all([running, driven]);
  if (device.rotationFailure !== undefined)
    throw new CommandProblem(`There is no new certificate: ${device.rotationFailure}`);
  if (device.unsentReadings > 0) tell(`${device.unsentReadings} readings were not sent: name the file again.`);
  tell(
    device.unsent > 0 ? `Ended. ${device.unsent} points wait in ${folder.path}.` : 'Ended. No points are left to send.',
  );
}

async function folderOf({ token, url, device }: Values): Promise<DeviceFolder> {
  if ((token === undefined) === (device === undefined)) {
    const known = knownDevices();
    const here = known.length > 0 ? ` This machine has ${known.join(', ')}.` : '';
    if (token !== undefined) throw misused(usage, 'Name --token or --device, not both.');
    throw misused(usage, `Either --token or --device is required.${here}`);
  }
  if (device !== undefined) return registered(device);
  const folder = await provision(
    token!,
    (url ?? runningStack(', or name a platform with --url').url).replace(/\/+$/, ''),
    quit.signal,
  );
  console.log(`Device ${folder.known!.deviceId} is registered; its key and certificate are in ${folder.path}.`);
  return folder;
}

function registered(id: string): DeviceFolder {
  const known = knownDevices();
  if (known.includes(id)) return new DeviceFolder(id);
  const others = known.length > 0 ? `there are ${known.join(', ')}` : 'register one with --token';
  throw new CommandProblem(`No device ${id} is registered in ${devicesFolder()}: ${others}.`);
}

function trackOf({ track }: Values) {
  if (track === 'none') return [];
  if (track !== undefined) return readTrack(textOf(track), track);
  return demoTrack();
}

function readingsOf({ readings }: Values) {
  return readings === undefined ? [] : readReadings(textOf(readings), readings);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new CommandProblem(`There is no file ${file}.`);
    throw new CommandProblem(`${file} cannot be read: ${(error as Error).message}.`);
  }
}

function paceOf({ speed, interval, loop }: Values): Pace {
  if (speed !== undefined && interval !== undefined)
    throw new CommandProblem('--interval leaves no room for --speed: omit one of the two.');
  return {
    speed: positive('--speed', speed ?? '1'),
    ...(interval === undefined ? {} : { intervalSeconds: positive('--interval', interval) }),
    loop,
  };
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (number > 0 && number <= 1_000_000) return number;
  throw new CommandProblem(`${option} is "${text}": use a number above 0.`);
}

async function untilDone(device: Device): Promise<void> {
  while (!device.isDone && !quit.signal.aborted)
    await sleep(50, undefined, { signal: quit.signal }).catch(() => undefined);
}
