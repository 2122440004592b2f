/** Why a geometry was refused; the values of `details.reason` in the API's answer. */
export type GeometryReason =
  | 'type'
  | 'coordinates'
  | 'ring_not_closed'
  | 'self_intersection'
  | 'hole_outside'
  | 'too_many_positions'
  | 'too_large'
  | 'pole'
  | 'empty';

/** A geometry that is not valid. `message` is one sentence that tells the caller what to change. */
export class GeometryError extends Error {
  readonly reason: GeometryReason;

  constructor(reason: GeometryReason, hint: string) {
    super(hint);
    this.name = 'GeometryError';
    this.reason = reason;
  }
}
