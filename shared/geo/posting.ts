import { ByteReader, ByteWriter } from './bytes.ts';
import { FULL_TURN, HALF_TURN, toDegrees, toGrid } from './grid.ts';
import { isOddUnlessOn } from './path-parity.ts';
import { distanceMeters } from './sphere.ts';

/** The whole cell lies inside the fence: every point is a hit without a test. */
export interface FullShape {
  kind: 'full';
}

/** The fence does not reach the cell: no point is a hit. */
export interface EmptyShape {
  kind: 'empty';
}

/** The cell lies on the edge of a circle; degrees on the 1e-7 grid, whole metres. */
export interface CircleShape {
  kind: 'circle';
  latitude: number;
  longitude: number;
  radiusMeters: number;
}

/**
 * The cell lies on the edge of a polygon. The shape contains the polygon's edges near the cell and whether the cell's
 * centre is inside; together they decide for every point of the cell (the idea of S2's shape index).
 */
export interface ClippedShape {
  kind: 'clipped';
  /**
   * The cell's centre in grid units (1e-7 degree). It is rounded before use, and the rounded value serves as the centre
   * here.
   */
  centerX: number;
  centerY: number;
  /** Whether the centre is inside by the even–odd rule, with the centre perturbed symbolically as in predicates.ts. */
  centerInside: boolean;
  /** ax, ay, bx, by of each edge in grid units, in the turn nearest the centre. */
  edges: Float64Array;
}

/** What a posting knows about its fence within its cell. It is valid only for points with that cell in their ladder. */
export type PostingShape = FullShape | EmptyShape | CircleShape | ClippedShape;

const FORMAT = 0x10;
const FULL = FORMAT;
const EMPTY = FORMAT + 1;
const CIRCLE = FORMAT + 2;
const CLIPPED_OUTSIDE = FORMAT + 4;
const CLIPPED_INSIDE = FORMAT + 5;

/**
 * Encodes a shape without loss: a byte with the format (high half) and the kind (low half), then zigzag varints.
 * Consecutive edges share their vertex.
 */
export function encodeShape(shape: PostingShape): Uint8Array {
  const writer = new ByteWriter();
  if (shape.kind === 'full') writer.byte(FULL);
  else if (shape.kind === 'empty') writer.byte(EMPTY);
  else if (shape.kind === 'circle') {
    writer.byte(CIRCLE);
    writer.signed(toGrid(shape.longitude));
    writer.signed(toGrid(shape.latitude));
    writer.unsigned(shape.radiusMeters);
  } else {
    writer.byte(shape.centerInside ? CLIPPED_INSIDE : CLIPPED_OUTSIDE);
    writer.signed(shape.centerX);
    writer.signed(shape.centerY);
    writeChains(writer, shape);
  }
  return writer.finish();
}

/** @throws RangeError when the bytes have another format, which means that the index has to be rebuilt */
export function decodeShape(bytes: Uint8Array): PostingShape {
  const reader = new ByteReader(bytes);
  const kind = reader.byte();
  if (kind === FULL) return { kind: 'full' };
  if (kind === EMPTY) return { kind: 'empty' };
  if (kind === CIRCLE) {
    const longitude = toDegrees(reader.signed());
    const latitude = toDegrees(reader.signed());
    return { kind: 'circle', latitude, longitude, radiusMeters: reader.unsigned() };
  }
  if (kind !== CLIPPED_INSIDE && kind !== CLIPPED_OUTSIDE) throw new RangeError(`Unknown posting format ${kind}`);
  const centerX = reader.signed();
  const centerY = reader.signed();
  const edges = readChains(reader, centerX, centerY);
  return { kind: 'clipped', centerX, centerY, centerInside: kind === CLIPPED_INSIDE, edges };
}

function writeChains(writer: ByteWriter, { edges, centerX, centerY }: ClippedShape): void {
  let x = centerX;
  let y = centerY;
  for (let start = 0; start < edges.length; ) {
    let end = start + 4;
    while (end < edges.length && edges[end] === edges[end - 2] && edges[end + 1] === edges[end - 1]) end += 4;
    writer.unsigned((end - start) / 4);
    writer.signed(edges[start]! - x);
    writer.signed(edges[start + 1]! - y);
    for (let i = start; i < end; i += 4) {
      writer.signed(edges[i + 2]! - edges[i]!);
      writer.signed(edges[i + 3]! - edges[i + 1]!);
    }
    x = edges[end - 2]!;
    y = edges[end - 1]!;
    start = end;
  }
  writer.unsigned(0);
}

function readChains(reader: ByteReader, centerX: number, centerY: number): Float64Array {
  const edges: number[] = [];
  let x = centerX;
  let y = centerY;
  for (let count = reader.unsigned(); count > 0; count = reader.unsigned()) {
    x += reader.signed();
    y += reader.signed();
    for (let i = 0; i < count; i++) {
      edges.push(x, y);
      x += reader.signed();
      y += reader.signed();
      edges.push(x, y);
    }
  }
  return Float64Array.from(edges);
}

/**
 * Whether a point of the posting's cell lies in the fence. Exact, boundary included; the point is rounded to the 1e-7
 * grid first.
 */
export function shapeContains(shape: PostingShape, latitude: number, longitude: number): boolean {
  if (shape.kind === 'full') return true;
  if (shape.kind === 'empty') return false;
  const x = toGrid(longitude);
  const y = toGrid(latitude);
  if (shape.kind === 'clipped') return clippedContains(shape, x, y);
  return distanceMeters(shape.latitude, shape.longitude, toDegrees(y), toDegrees(x)) <= shape.radiusMeters;
}

/** The edges near the cell decide whether the point is on an edge and, if not, whether it lies on the centre's side. */
function clippedContains({ edges, centerX, centerY, centerInside }: ClippedShape, x: number, y: number): boolean {
  const px = x - centerX > HALF_TURN ? x - FULL_TURN : centerX - x > HALF_TURN ? x + FULL_TURN : x;
  const odd = isOddUnlessOn(edges, px, y, centerX, centerY);
  return odd === undefined || odd !== centerInside;
}
