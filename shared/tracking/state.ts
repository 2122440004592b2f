import { type PackedText, packText, unpackText } from '../table/packed.ts';
import type { DeviceState, StoredPair } from '../transitions/device.ts';
import type { Fix } from '../transitions/fence.ts';
import type { Entering, Exiting, Inside, Mark, Pair } from '../transitions/pair.ts';
import { extended, mostPassed, type Trail } from '../transitions/trail.ts';

/**
 * The state of the transition rules as text, in the row of a device and in the rows of its points. The row of a point
 * contains the state after it if the point has changed the state, and otherwise every `pointsPerState` points. So the
 * state at any point is found a few rows back, and rules can be run again from there.
 */

type Pairs = DeviceState['pairs'];

/** At least one of this many points in a row has its state. */
export const pointsPerState = 100;
/** Rows before a point that are enough to know the state at it. */
export const rowsForState = pointsPerState + mostPassed + 1;

type WrittenMark = readonly [at: number, latitude: number, longitude: number, accuracyMeters: number | null];

interface WrittenPair {
  /** The phase: `n` for entering, `i` for inside, `x` for exiting. */
  readonly p: 'n' | 'i' | 'x';
  /** When the geofence became active. */
  readonly a: number;
  /** When the stay began. */
  readonly s?: number;
  readonly dwelled?: 1;
  readonly count?: number;
  readonly initial?: 1;
  readonly first?: WrittenMark;
  readonly due?: WrittenMark;
}

const writeMark = ({ at, latitude, longitude, accuracyMeters }: Mark): WrittenMark => [
  at,
  latitude,
  longitude,
  accuracyMeters,
];
const readMark = ([at, latitude, longitude, accuracyMeters]: WrittenMark): Mark => ({
  at,
  latitude,
  longitude,
  accuracyMeters,
});

function writePair({ pair, activatedAt: a }: StoredPair): WrittenPair {
  if (pair.phase === 'ENTERING') {
    const { count, first, initial } = pair;
    return { p: 'n', a, count, first: writeMark(first), ...(initial ? { initial: 1 } : {}) };
  }
  const stay = { a, s: pair.since, ...(pair.dwelled ? { dwelled: 1 as const } : {}) };
  if (pair.phase === 'INSIDE') return { p: 'i', ...stay };
  const due = pair.atDue ? { due: writeMark(pair.atDue) } : {};
  return { p: 'x', ...stay, first: writeMark(pair.first), ...due };
}

function readPair(written: WrittenPair): StoredPair {
  return { pair: pairOf(written), activatedAt: written.a };
}

function pairOf({ p, s: since = 0, dwelled, count = 0, initial, first, due }: WrittenPair): Pair {
  if (p === 'n') {
    return { phase: 'ENTERING', count, first: readMark(first!), initial: initial === 1 } satisfies Entering;
  }
  const stay = { since, dwelled: dwelled === 1 };
  if (p === 'i') return { phase: 'INSIDE', ...stay } satisfies Inside;
  const atDue = due && readMark(due);
  return { phase: 'EXITING', ...stay, first: readMark(first!), atDue } satisfies Exiting;
}

/** The same text for the same state. */
export function writePairs(pairs: Pairs): string {
  const ids = [...pairs.keys()].sort();
  return JSON.stringify(ids.map((id) => [id, writePair(pairs.get(id)!)]));
}

type WrittenPairs = readonly (readonly [string, WrittenPair])[];

const pairsOf = (written: WrittenPairs): Pairs => new Map(written.map(([id, pair]) => [id, readPair(pair)]));

export const readPairs = (text: string): Pairs => pairsOf(JSON.parse(text) as WrittenPairs);

/** The state in the row of a point: all but the trail, which follows from the points before. */
export const writeState = ({ seenAt, pairs }: Pick<DeviceState, 'seenAt' | 'pairs'>): PackedText =>
  packText(`[${seenAt ?? null},${writePairs(pairs)}]`);

export function readState(packed: PackedText): Pick<DeviceState, 'seenAt' | 'pairs'> {
  const [seenAt, pairs] = JSON.parse(unpackText(packed)) as readonly [number | null, WrittenPairs];
  return { seenAt: seenAt ?? undefined, pairs: pairsOf(pairs) };
}

type WrittenFix = readonly [...WrittenMark, receivedAt: number, passed: number];

export const writeTrail = (trail: Trail): string =>
  JSON.stringify(trail.map(({ fix, passed }): WrittenFix => [...writeMark(fix), fix.receivedAt, passed]));

export function readTrail(text: string): Trail {
  const written = JSON.parse(text) as readonly WrittenFix[];
  return written.map(([at, latitude, longitude, accuracyMeters, receivedAt, passed]) => ({
    fix: { at, latitude, longitude, accuracyMeters, receivedAt },
    passed,
  }));
}

/** The trail after some points, in the order of their times. */
export const trailOf = (fixes: readonly Fix[]): Trail => fixes.reduce<Trail>(extended, []);
