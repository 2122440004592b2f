/**
 * Upper bounds, in metres, of how far the fences of each size class reach from their centre: about the reach of a cell at the
 * resolutions of the ladder. A box of a list is widened by the bound of each class, so a small fence is not sought a
 * continent away. Of the last class is what bends round a pole, and reaches farther than its vertices.
 */
export const sizeClassMeters = [100, 700, 5000, 35_000, 250_000, 2_000_001, 20_037_509] as const;

export const sizeClassOf = (reachMeters: number): number => sizeClassMeters.findIndex((bound) => reachMeters <= bound);
