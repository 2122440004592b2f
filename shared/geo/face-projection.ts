import { FINEST_RESOLUTION } from './cell-number.ts';
import { FACES } from './icosahedron.ts';
import type { Vector } from './sphere.ts';

/**
 * Where a point lies on the icosahedron: its face and, on the plane of the face, x and y from the centre in units of
 * resolution 15. All calls share this object, so that checking a point allocates nothing here.
 */
export const projected = { face: 0, x: 0, y: 0 };

/** Each step equals that of the H3 library, in its order and with its constants. */
export function project(latitude: number, longitude: number): typeof projected {
  const lat = (latitude * Math.PI) / 180;
  const lng = (longitude * Math.PI) / 180;
  const parallel = Math.cos(lat);
  projectFrom(Math.cos(lng) * parallel, Math.sin(lng) * parallel, Math.sin(lat));
  return projected;
}

/** For each face: its centre, the directions north and east there, and the azimuth of its i axis. */
const frames = Float64Array.from(FACES.flatMap(frameOf));
const FRAME = 10;

function frameOf([x, y, z, azimuth]: (typeof FACES)[number]): number[] {
  const north = [-z * x, -z * y, 1 + -z * z] as const;
  const scale = 1 / Math.sqrt(north[0] * north[0] + north[1] * north[1] + north[2] * north[2]);
  const [nx, ny, nz] = [north[0] * scale, north[1] * scale, north[2] * scale];
  return [x, y, z, nx, ny, nz, ny * z - nz * y, nz * x - nx * z, nx * y - ny * x, azimuth];
}

/** Gnomonic projection to the plane of the nearest face. */
function projectFrom(x: number, y: number, z: number): void {
  const square = findFace(x, y, z);
  const angle = Math.acos(1 - square * 0.5);
  if (angle < EPSILON) {
    projected.x = 0;
    projected.y = 0;
  } else {
    projectAt(angle, x, y, z);
  }
}

/** The squared distance in space to the centre of the nearest face. */
function findFace(x: number, y: number, z: number): number {
  let least = 5;
  for (let face = 0; face < FACES.length; face++) {
    const dx = frames[FRAME * face]! - x;
    const dy = frames[FRAME * face + 1]! - y;
    const dz = frames[FRAME * face + 2]! - z;
    const square = dx * dx + dy * dy + dz * dz;
    if (square < least) {
      projected.face = face;
      least = square;
    }
  }
  return least;
}

const TURN = 6.283185307179586;
const EPSILON = 1e-16;
/** Angle between the axes of even and odd resolutions. */
const CLASS_III_TURN = 0.3334731722518321;
const INVERSE_UNIT = 2.618033988749896;
const ROOT_7 = 2.6457513110645907;

const positive = (angle: number): number => {
  const turned = angle < 0 ? angle + TURN : angle;
  return angle >= TURN ? turned - TURN : turned;
};

function projectAt(angle: number, x: number, y: number, z: number): void {
  const at = FRAME * projected.face;
  const cx = frames[at]!;
  const cy = frames[at + 1]!;
  const cz = frames[at + 2]!;
  const along = -(x * cx + y * cy + z * cz);
  let px = x + along * cx;
  let py = y + along * cy;
  let pz = z + along * cz;
  const length = Math.sqrt(px * px + py * py + pz * pz);
  const scale = length > 0 ? 1 / length : 0;
  px *= scale;
  py *= scale;
  pz *= scale;
  const east = px * frames[at + 6]! + py * frames[at + 7]! + pz * frames[at + 8]!;
  const north = px * frames[at + 3]! + py * frames[at + 4]! + pz * frames[at + 5]!;
  const azimuth = positive(Math.atan2(east, north));
  const theta = positive(positive(frames[at + 9]! - azimuth) - CLASS_III_TURN);
  let radius = Math.tan(angle) * INVERSE_UNIT;
  for (let step = 0; step < FINEST_RESOLUTION; step++) radius *= ROOT_7;
  projected.x = radius * Math.cos(theta);
  projected.y = radius * Math.sin(theta);
}

/**
 * For each face: the directions in space of the x and y axes of its plane, with the length of one unit of resolution
 * 15.
 */
const axes = Float64Array.from(FACES.flatMap((_, face) => [...axisOf(face, 0), ...axisOf(face, Math.PI / 2)]));
const AXES = 6;

function axisOf(face: number, theta: number): number[] {
  const at = FRAME * face;
  const azimuth = frames[at + 9]! - CLASS_III_TURN - theta;
  const unit = 1 / (INVERSE_UNIT * ROOT_7 ** FINEST_RESOLUTION);
  const [north, east] = [unit * Math.cos(azimuth), unit * Math.sin(azimuth)];
  return [0, 1, 2].map((axis) => north * frames[at + 3 + axis]! + east * frames[at + 6 + axis]!);
}

/** The inverse: the unit vector of a point on the plane of a face. */
export function fromPlane(face: number, x: number, y: number): Vector {
  const [center, at] = [FRAME * face, AXES * face];
  const px = frames[center]! + x * axes[at]! + y * axes[at + 3]!;
  const py = frames[center + 1]! + x * axes[at + 1]! + y * axes[at + 4]!;
  const pz = frames[center + 2]! + x * axes[at + 2]! + y * axes[at + 5]!;
  const scale = 1 / Math.sqrt(px * px + py * py + pz * pz);
  return [px * scale, py * scale, pz * scale];
}

/** The cosine of the angle to the centre of the nearest face. */
export function faceCosine([x, y, z]: Vector): number {
  let cosine = -1;
  for (let at = 0; at < frames.length; at += FRAME) {
    const dot = frames[at]! * x + frames[at + 1]! * y + frames[at + 2]! * z;
    if (dot > cosine) cosine = dot;
  }
  return cosine;
}
