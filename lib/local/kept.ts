import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployedStack, Seeded } from './stack.ts';

/**
 * The files that are kept between starts beside the emulator's own state. They hold a key and a password, so only their
 * owner can read them.
 */
export function openState(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/**
 * The secret between front door and API. It is kept, because with another one every function would have to be deployed
 * again.
 */
export function originSecret(state: string | undefined): string {
  const fresh = randomBytes(24).toString('base64url');
  return state ? kept(join(state, 'origin-secret'), fresh) : fresh;
}

function kept(file: string, fresh: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    writeFileSync(file, fresh, { mode: 0o600 });
    return fresh;
  }
}

export type Seed<S extends Seeded> = (deployed: DeployedStack, before?: S) => Promise<S>;

/** Passes the result of an earlier start to a seed, and stores its new result for the next start. */
export function keptSeed<S extends Seeded>(state: string, seed: Seed<S>): (deployed: DeployedStack) => Promise<S> {
  const file = join(state, 'seeded.json');
  return async (deployed) => {
    const seeded = await seed(deployed, read(file));
    writeFileSync(file, JSON.stringify(seeded), { mode: 0o600 });
    return seeded;
  };
}

function read<S>(file: string): S | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as S;
  } catch {
    return undefined;
  }
}
