import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeployedStack, Seeded } from './stack.ts';

/**
 * What lies beside the emulator's own state when that is kept from one start to the next. It holds a key and a password,
 * so only its owner reads it.
 */
export function openState(directory: string): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return directory;
}

/** The secret between front door and API: with another one, every function would have to be deployed again. */
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

/** Gives a seed what it made at an earlier start, and keeps what it answers for the next. */
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
