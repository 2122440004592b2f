/**
 * For each size class, the greatest distance in metres that its fences reach from their centre; about the reach of a
 * cell at the resolutions of the ladder. The box of a list is widened by the bound of each class, so that small fences
 * are searched only near the box. The last class is for fences that bend around a pole and reach farther
 * than their vertices.
 */
export const sizeClassMeters = [100, 700, 5000, 35_000, 250_000, 2_000_001, 20_037_509] as const;

export const sizeClassOf = (reachMeters: number): number => sizeClassMeters.findIndex((bound) => reachMeters <= bound);
