import type { Geometry } from './geometry.ts';
import { GRID_PER_DEGREE, HALF_TURN } from './grid.ts';
import { type EdgeSource, nearEdges, SLACK_METERS } from './near-edges.ts';
import { isOddBetween } from './path-parity.ts';
import { isInsidePerturbed, type PolygonEdges, polygonEdges } from './polygon-edges.ts';
import type { PostingShape } from './posting.ts';
import { type CellDisc, discOf } from './reach.ts';
import { distanceMeters, RADIANS } from './sphere.ts';

/** A geometry prepared for many tests against cells. */
export type Fence =
  | { kind: 'circle'; latitude: number; longitude: number; radiusMeters: number }
  | ({ kind: 'polygon' } & PolygonEdges);

export function toFence(geometry: Geometry): Fence {
  if (geometry.type !== 'Circle') return { kind: 'polygon', ...polygonEdges(geometry) };
  const [longitude, latitude] = geometry.center;
  return { kind: 'circle', latitude, longitude, radiusMeters: geometry.radiusMeters };
}

/**
 * How the descendants of a cell relate to a fence. `partial` is always correct, but costs more than `disjoint` or
 * `full`.
 */
type Relation = 'disjoint' | 'partial' | 'full';

/** A cell under test: its disc, its relation to the fence and, for a partial cell of a polygon, the edges near it. */
export interface CellRegion {
  disc: CellDisc;
  relation: Relation;
  edges: Float64Array | undefined;
  /** Where the edges near this cell were searched. */
  source: EdgeSource | undefined;
  /** Edges near enough to matter to any child; computed on demand. */
  passedOn: EdgeSource | undefined;
  /** Whether the perturbed centre lies inside; computed on demand. */
  centerInside?: boolean;
}

/**
 * Edges within this multiple of the reach are passed on to the children, which then need not search the whole polygon.
 */
const PASS_ON = 1.7;
/** Beyond this distance a frame of longitudes around the parent is not valid for its children. */
const MAX_PASS_ON_METERS = 950_000;
const MAX_PASS_ON_LATITUDE = 89;

export function regionOf(fence: Fence, cell: number, resolution: number, parent?: CellRegion): CellRegion {
  const disc = discOf(cell, resolution);
  const plain = { disc, edges: undefined, source: undefined, passedOn: undefined };
  if (parent?.relation === 'full') return { ...plain, relation: 'full' };
  if (fence.kind === 'circle') return { ...plain, relation: circleRelation(fence, disc) };
  const inherited = parent && inheritedSource(parent, disc);
  const source = inherited ?? fence;
  const edges = nearEdges(source, disc.x, disc.y, disc.reachMeters);
  if (edges) return { disc, relation: 'partial', edges, source, passedOn: undefined };
  const inside = inherited
    ? isInsideByParent(fence, parent, inherited, disc)
    : isInsidePerturbed(fence, disc.x, disc.y);
  return { ...plain, relation: inside ? 'full' : 'disjoint' };
}

function circleRelation(circle: { latitude: number; longitude: number; radiusMeters: number }, disc: CellDisc) {
  const distance = distanceMeters(circle.latitude, circle.longitude, disc.latitude, disc.longitude);
  if (distance > circle.radiusMeters + disc.reachMeters + SLACK_METERS) return 'disjoint';
  return distance + disc.reachMeters < circle.radiusMeters - SLACK_METERS ? 'full' : 'partial';
}

/** The parent's edges in the child's turn, when they include every edge that the child may need or pass on. */
function inheritedSource(parent: CellRegion, child: CellDisc): EdgeSource | undefined {
  const { disc } = parent;
  const passRadius = disc.reachMeters * PASS_ON;
  const poleward = Math.abs(disc.latitude) + passRadius / 111_000;
  if (!parent.source || passRadius > MAX_PASS_ON_METERS || poleward > MAX_PASS_ON_LATITUDE) return undefined;
  if (Math.abs(disc.x - child.x) > HALF_TURN / 2) return undefined;
  const away = distanceMeters(disc.latitude, disc.longitude, child.latitude, child.longitude);
  if (away + child.reachMeters * PASS_ON + SLACK_METERS > passRadius) return undefined;
  parent.passedOn ??= framed(nearEdges(parent.source, disc.x, disc.y, passRadius));
  return parent.passedOn;
}

/**
 * Whether a child's centre is inside, derived from its parent's centre: the edges passed on include all that lie
 * between the two.
 */
function isInsideByParent(fence: PolygonEdges, parent: CellRegion, { edges }: EdgeSource, { x, y }: CellDisc): boolean {
  parent.centerInside ??= isInsidePerturbed(fence, parent.disc.x, parent.disc.y);
  return isOddBetween(edges, x, y, parent.disc.x, parent.disc.y) !== parent.centerInside;
}

/** Edges in the frame of a cell, one copy of each. */
function framed(edges: Float64Array = new Float64Array()): EdgeSource {
  return { edges, minX: -Infinity, maxX: Infinity, isFramed: true };
}

const FULL: PostingShape = { kind: 'full' };
const EMPTY: PostingShape = { kind: 'empty' };

/** The shape that a posting of this cell carries. */
export function shapeOf(fence: Fence, { disc, relation, edges, ...region }: CellRegion): PostingShape {
  if (relation === 'full') return FULL;
  if (relation === 'disjoint') return EMPTY;
  if (fence.kind === 'circle') return fence;
  const centerInside = region.centerInside ?? isInsidePerturbed(fence, disc.x, disc.y);
  return { kind: 'clipped', centerX: disc.x, centerY: disc.y, centerInside, edges: edges ?? new Float64Array() };
}

/** A disc that contains the fence. Undefined when the fence is too wide or too near a pole for its box to give one. */
export function boundingDisc(fence: Fence): { latitude: number; longitude: number; radiusMeters: number } | undefined {
  if (fence.kind === 'circle') return fence;
  const [west, south, east, north] = [fence.minX, fence.minY, fence.maxX, fence.maxY].map((v) => v / GRID_PER_DEGREE);
  if (east! - west! > 90 || north! - south! > 60 || Math.max(-south!, north!) > 88) return undefined;
  const latitude = (south! + north!) / 2;
  const middle = (west! + east!) / 2;
  const widest = south! <= 0 && north! >= 0 ? 0 : Math.min(Math.abs(south!), Math.abs(north!)) * Math.sign(north!);
  const radii = [south!, north!, widest].map((y) => distanceMeters(latitude, middle, y, west!));
  const longitude = Math.atan2(Math.sin(middle * RADIANS), Math.cos(middle * RADIANS)) / RADIANS;
  return { latitude, longitude, radiusMeters: Math.max(...radii) * 1.0001 + SLACK_METERS };
}
