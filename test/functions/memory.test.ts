import { expect, test } from 'vitest';
import { busyMegabytes, usualMegabytes } from '../../lib/config/memory.ts';
import { endpoints } from '../support/endpoints.ts';

/** Each hash of a password takes 19 MiB at a time; no endpoint may need, or be given, more than a gigabyte for it. */

const hashing = ['accept-invitation', 'change-password', 'confirm-password-reset', 'login', 'sign-up'];

test('no endpoint asks for more than 1 GB, and those that hash passwords have the share of a core that comes with it', () => {
  const memory = new Map(endpoints.map(({ name, route }) => [name as string, route.memoryMegabytes ?? usualMegabytes]));
  expect([...memory].filter(([, megabytes]) => megabytes > busyMegabytes)).toEqual([]);
  for (const name of [...hashing.map((verb) => `auth/${verb}`), 'users/create'])
    expect(memory.get(name), name).toBe(busyMegabytes);
});
