import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { LocalStack } from '../../../lib/local/stack.ts';
import { exampleRequests, welcome } from '../../../lib/local/welcome.ts';

const place = { name: "Fisherman's Wharf", latitude: 37.808, longitude: -122.4177 };

/** The words of a command as a shell reads them. */
function words(command: string): string[] {
  const printed = execFileSync('sh', ['-c', command.replace(/^curl/, "printf '%s\\n'")], { encoding: 'utf8' });
  return printed.trimEnd().split('\n');
}

const login = { email: "o'neill@example.com", password: "pa$$word' `x`" };
const seeded = { apiKey: "k'ey $HOME", ...login, place };

test('the printed requests hold their values through a shell', () => {
  const [create, check, list, signIn] = exampleRequests('http://localhost:4600', seeded);
  expect(words(create!.command)).toEqual([
    '-sS',
    'http://localhost:4600/api/v1/geofences',
    '-H',
    "Authorization: Bearer k'ey $HOME",
    '-H',
    'Content-Type: application/json',
    '-d',
    '{"name":"Coffee stop","latitude":37.808,"longitude":-122.4177,"radiusMeters":150}',
  ]);
  expect(JSON.parse(words(check!.command).at(-1)!)).toEqual({ latitude: place.latitude, longitude: place.longitude });
  expect(check!.title).toContain(place.name);
  expect(words(list!.command)[1]).toBe('http://localhost:4600/api/v1/geofences?limit=5');
  const [, url, ...signedIn] = words(signIn!.command);
  expect(url).toBe('http://localhost:4600/api/v1/auth/login');
  expect(signedIn.join(' ')).not.toContain('Authorization');
  expect(JSON.parse(signedIn.at(-1)!)).toEqual(login);
});

const stack = {
  url: 'http://localhost:4600',
  docsUrl: 'http://localhost:4600/docs',
  mailUrl: 'http://localhost:4600/_hexfence/mails',
  placesUrl: 'http://localhost:4600/_hexfence/places',
  mqttPort: 8883,
  deployed: { endpoint: 'http://127.0.0.1:4601' },
  seeded,
} as LocalStack;

test('the welcome shows key, login and where mails are', () => {
  const text = welcome(stack);
  for (const fact of [seeded.apiKey, login.email, login.password, stack.mailUrl, stack.placesUrl])
    expect(text).toContain(fact);
  expect(text).toMatch(/^ {4}Mails {6}http/m);
});

test('at an endpoint that is not ours nothing is said of mails and MQTT', () => {
  const text = welcome({ ...stack, mailUrl: undefined, mqttPort: undefined });
  expect(text).not.toMatch(/Mail|MQTT|undefined/);
  expect(text).toContain(login.password);
});
