import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { exampleRequests } from '../../../lib/local/welcome.ts';

const place = { name: "Fisherman's Wharf", latitude: 37.808, longitude: -122.4177 };

/** The words as a shell reads them. */
function words(command: string): string[] {
  const printed = execFileSync('sh', ['-c', command.replace(/^curl/, "printf '%s\\n'")], { encoding: 'utf8' });
  return printed.trimEnd().split('\n');
}

test('the printed requests hold their values through a shell', () => {
  const [create, check, list] = exampleRequests('http://localhost:4600', { apiKey: "k'ey $HOME", place });
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
});
