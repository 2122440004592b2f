/**
 * Upper bounds, in metres, of the bounding radius in each size class: about the reach of a cell at the resolutions of
 * the ladder. A box of a list is widened by the bound of each class, so a small fence is not sought a continent away.
 */
export const sizeClassMeters = [100, 700, 5000, 35_000, 250_000, 2_000_001] as const;

export const sizeClassOf = (radiusMeters: number): number =>
  sizeClassMeters.findIndex((bound) => radiusMeters <= bound);
