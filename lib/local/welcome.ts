import type { DemoDrive } from '../device/demo-drive.ts';
import type { LocalStack } from './stack.ts';

/** Used if the seed has no place: the Ferry Building, San Francisco. */
const somewhere = { name: 'Ferry Building', latitude: 37.7955, longitude: -122.3937 };

/**
 * The text for a newcomer: the addresses of the stack, its key and login, and requests that can be pasted into a shell.
 */
export function welcome(stack: LocalStack): string {
  const { url, docsUrl, mailUrl, placesUrl, mqttPort, deployed, seeded, isKept } = stack;
  const requests = exampleRequests(url, seeded);
  return `
  Hexfence is running.

    API        ${url}/api/v1
    Docs       ${docsUrl}
    API key    ${seeded.apiKey}
    Login      ${seeded.email}, password ${seeded.password}${mailUrl ? `\n    Mails      ${mailUrl}` : ''}
    Addresses  ${placesUrl} (all that the local geocoder knows)
    AWS        ${deployed.endpoint}${mqttPort ? `\n    MQTT       localhost:${mqttPort}` : ''}

  Try it, in another terminal:

${requests.map(({ title, command }) => `  # ${title}\n${command}\n`).join('\n')}
  README.md continues from here. Press Ctrl-C to stop; ${isKept ? 'all data is kept in .local/state' : 'no data is kept (use "npm start -- --keep" to keep it)'}.
`;
}

/** Where to see the demo device while it drives. */
export function driving(
  { url, seeded }: LocalStack,
  { deviceId, place }: Pick<DemoDrive, 'deviceId' | 'place'>,
): string {
  return `  A device drives through the geofence "${place}", a round in half a minute. What it does there:

${curl(`${url}/api/v1/devices/${deviceId}/events?limit=5`, seeded.apiKey)}
`;
}

export interface ExampleRequest {
  readonly title: string;
  readonly command: string;
}

/** Creates a fence, checks a point in it (and in a place of the demo workspace), lists the fences, signs in. */
export function exampleRequests(url: string, seeded: LocalStack['seeded']): ExampleRequest[] {
  const { apiKey, email, password, place = somewhere } = seeded;
  const { latitude, longitude } = place;
  const fence = { name: 'Coffee stop', latitude, longitude, radiusMeters: 150 };
  return [
    { title: 'Create a geofence', command: curl(`${url}/api/v1/geofences`, apiKey, fence) },
    {
      title: `Which geofences contain this point? The new one${place === somewhere ? '' : ` and ${place.name}`}`,
      command: curl(`${url}/api/v1/geofences/check`, apiKey, { latitude, longitude }),
    },
    { title: 'List the geofences', command: curl(`${url}/api/v1/geofences?limit=5`, apiKey) },
    {
      title: 'Sign in, to get an access token instead of the key',
      command: curl(`${url}/api/v1/auth/login`, undefined, { email, password }),
    },
  ];
}

function curl(url: string, apiKey: string | undefined, body?: object): string {
  const words = ['curl', '-sS', quote(url)];
  if (apiKey) words.push('-H', quote(`Authorization: Bearer ${apiKey}`));
  if (body) words.push('-H', quote('Content-Type: application/json'), '-d', quote(JSON.stringify(body)));
  return words.join(' ');
}

/** Quotes a word for any POSIX shell. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
