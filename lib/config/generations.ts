import { type ContextReader, text } from './context.ts';

/** Generations of a secret that is replaced without downtime: those that are valid together, and the one in use. */
export interface Generations {
  /** Oldest first. */
  readonly all: readonly number[];
  readonly current: number;
}

const most = 3;

/**
 * Reads `all` (`1,2`) and `current` (`1`) from the context. The oldest is in use until another is named, so that
 * publishing a new one is a separate deployment.
 */
export function generationsOf(context: ContextReader, all: string, current: string): Generations | undefined {
  const given = { all: text(context, all), current: text(context, current) };
  if (!given.all && !given.current) return undefined;
  const known = (given.all ?? '1').split(',').map((name) => generation(all, name.trim()));
  const used = given.current ? generation(current, given.current.trim()) : Math.min(...known);
  if (new Set(known).size < known.length) throw new Error(`Context "${all}" names a generation twice.`);
  if (known.length > most)
    throw new Error(`Context "${all}" names more than ${most} generations: remove those that are no longer used.`);
  if (!known.includes(used))
    throw new Error(`Context "${current}" is ${used}, which "${all}" (${known.join(',')}) does not name.`);
  return { all: known.toSorted((a, b) => a - b), current: used };
}

function generation(key: string, name: string): number {
  if (/^[1-9]\d{0,3}$/.test(name)) return Number(name);
  throw new Error(`Context "${key}" says "${name}": generations are numbers from 1 to 9999, as in ${key}=1.`);
}
