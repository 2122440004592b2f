import type { GridRing } from './rings.ts';

/**
 * Cuts a polygon at a meridian, exactly: integers of any size decide which parts belong together. Only the latitude at
 * which an edge meets the meridian is rounded, to the grid of all coordinates.
 */

/** A crossing of a ring with x = 0: between a point `inside` (x < 0) and the next point (x ≥ 0). */
interface Crossing {
  /** Rounded latitude. */
  readonly y: number;
  /** The exact latitude is `height / run`, the edge's slope `rise / run`; `run` is positive. */
  readonly height: bigint;
  readonly rise: bigint;
  readonly run: bigint;
}

/** A stretch of a ring with x < 0, from the crossing where it enters to the crossing where it leaves. */
interface Chain {
  readonly enters: Crossing;
  readonly inside: readonly number[];
  readonly leaves: Crossing;
}

export interface HalfPlanePart {
  /** Outer rings, each of a separate polygon, closed and in the direction of the ring that they come from. */
  readonly outers: GridRing[];
  /** Holes that do not reach the line. */
  readonly holes: GridRing[];
}

/** The part of a polygon with x < 0; the outer ring comes first and has points on both sides of x = 0. */
export function partBelowZero([outer, ...holes]: readonly GridRing[]): HalfPlanePart {
  const uncut = holes.filter(isUncut);
  const cut = [outer!, ...holes.filter((hole) => !isUncut(hole))];
  return { outers: joined(cut.flatMap(chainsOf)), holes: uncut };
}

/** Whether a ring lies below the line and touches it in at most one point. A hole that does not is cut open there. */
function isUncut(ring: GridRing): boolean {
  let touches = 0;
  for (let i = 0; i + 2 < ring.length; i += 2) {
    if (ring[i]! > 0) return false;
    if (ring[i] === 0) touches += 1;
  }
  return touches <= 1;
}

function chainsOf(ring: GridRing): Chain[] {
  const count = ring.length / 2 - 1;
  const isBelow = (i: number) => ring[2 * (i % count)]! < 0;
  const chains: Chain[] = [];
  for (let i = 0; i < count; i++) {
    if (isBelow(i) || !isBelow(i + 1)) continue;
    const inside: number[] = [];
    let at = i + 1;
    for (; isBelow(at); at++) inside.push(ring[2 * (at % count)]!, ring[2 * (at % count) + 1]!);
    chains.push({
      enters: crossing(ring, (i + 1) % count, i),
      inside,
      leaves: crossing(ring, (at - 1) % count, at % count),
    });
  }
  return chains;
}

function crossing(ring: GridRing, below: number, above: number): Crossing {
  const [px, py, qx, qy] = [ring[2 * below]!, ring[2 * below + 1]!, ring[2 * above]!, ring[2 * above + 1]!];
  const [run, rise] = [BigInt(qx - px), BigInt(qy - py)];
  const y = Math.round(py + ((qy - py) * -px) / (qx - px)) + 0;
  return { y, height: BigInt(py) * run + rise * BigInt(-px), rise, run };
}

/** Orders crossings from south to north just below x = 0, where no two edges meet. */
function compare(a: Crossing, b: Crossing): number {
  const byHeight = a.height * b.run - b.height * a.run;
  const order = byHeight !== 0n ? byHeight : b.rise * a.run - a.rise * b.run;
  return order === 0n ? 0 : order < 0n ? -1 : 1;
}

/**
 * Closes chains along the line. From south to north, the inside lies between the 1st and 2nd crossing, the 3rd and 4th,
 * and so on.
 */
function joined(chains: readonly Chain[]): GridRing[] {
  const ends = chains.flatMap((chain) => [
    { at: chain.enters, chain, isEntry: true },
    { at: chain.leaves, chain, isEntry: false },
  ]);
  ends.sort((a, b) => compare(a.at, b.at));
  const following = new Map<Chain, Chain>();
  for (const [i, { chain, isEntry }] of ends.entries()) if (!isEntry) following.set(chain, ends[i ^ 1]!.chain);
  const rings: GridRing[] = [];
  for (const first of chains) {
    const points: number[] = [];
    for (let chain: Chain | undefined = first; chain && following.has(chain); ) {
      points.push(0, chain.enters.y, ...chain.inside, 0, chain.leaves.y);
      const next = following.get(chain);
      following.delete(chain);
      chain = next;
    }
    const ring = closed(points);
    if (ring) rings.push(ring);
  }
  return rings;
}

/** The ring without repeated points; undefined when rounding has left no area. */
function closed(points: readonly number[]): GridRing | undefined {
  const kept: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    if (points[i] !== kept.at(-2) || points[i + 1] !== kept.at(-1)) kept.push(points[i]!, points[i + 1]!);
  }
  if (kept.length > 2 && kept[0] === kept.at(-2) && kept[1] === kept.at(-1)) kept.splice(-2);
  if (kept.length < 6 || kept.every((x, i) => i % 2 === 1 || x === 0)) return undefined;
  return Float64Array.from([...kept, kept[0]!, kept[1]!]);
}
