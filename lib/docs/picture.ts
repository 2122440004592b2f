import { cellOutline } from '../../shared/geo/cell-outline.ts';
import { resolutionOf } from '../../shared/geo/cells.ts';
import { geometryContains } from '../../shared/geo/contains.ts';
import { coverGeometry } from '../../shared/geo/cover.ts';
import type { Geometry } from '../../shared/geo/geometry.ts';
import { toDegrees } from '../../shared/geo/grid.ts';
import { normalizeGeometry } from '../../shared/geo/normalize.ts';
import { circleRing } from '../../shared/ogc/circle-ring.ts';
import { circles, polygons } from '../demo/places.ts';
import { land } from './bay.ts';

/**
 * The picture of README.md, `fences.svg`: fences of the demo workspace around San Francisco, and the H3 cells under
 * which the index keeps each of them. A test compares the file with this code; `vitest -u` updates the file.
 */

const box = { west: -122.541, east: -122.362, south: 37.7545, north: 37.8415 };
const width = 1000;
const scale = width / (box.east - box.west);
/** A degree of latitude is longer than one of longitude, here by this factor. */
const stretch = 1 / Math.cos((((box.south + box.north) / 2) * Math.PI) / 180);
const height = Math.round((box.north - box.south) * scale * stretch);

type Point = readonly [longitude: number, latitude: number];

const at = ([longitude, latitude]: Point): Point => [
  Math.round((longitude - box.west) * scale * 10) / 10,
  Math.round((box.north - latitude) * scale * stretch * 10) / 10,
];
const pathOf = (rings: readonly (readonly Point[])[]): string =>
  rings.map((ring) => `M${ring.map((point) => at(point).join(' ')).join('L')}Z`).join('');

interface Drawn {
  readonly name: string;
  readonly geometry: Geometry;
}

const inView = (geometry: Geometry): boolean => {
  const [longitude, latitude] =
    geometry.type === 'Circle' ? geometry.center : (geometry.coordinates.flat(1)[0] as Point);
  return box.west < longitude && longitude < box.east && box.south < latitude && latitude < box.north;
};

function fences(): Drawn[] {
  const round = circles.map(({ name, at: center, radiusMeters }) => ({
    name,
    geometry: { type: 'Circle', center: [...center], radiusMeters } as Geometry,
  }));
  const drawn = polygons.map(({ name, rings }) => ({
    name,
    geometry: normalizeGeometry({ type: 'Polygon', coordinates: rings.map((ring) => [...ring, ring[0]!]) }),
  }));
  return [...round, ...drawn].filter(({ geometry }) => inView(geometry));
}

function ringsOf(geometry: Geometry): readonly (readonly Point[])[] {
  if (geometry.type === 'Polygon') return geometry.coordinates;
  if (geometry.type === 'MultiPolygon') return geometry.coordinates.flat();
  const ring = circleRing(geometry);
  return [
    Array.from({ length: ring.length / 2 }, (_, i): Point => [toDegrees(ring[2 * i]!), toDegrees(ring[2 * i + 1]!)]),
  ];
}

const label = (text: string, [x, y]: Point, more = '') => `<text x="${x}" y="${y}"${more}>${text}</text>`;

/** The name is placed above the northernmost point. */
function nameOf({ name, geometry }: Drawn): string {
  const points = ringsOf(geometry).flat().map(at);
  const xs = points.map(([x]) => x);
  const top = Math.min(...points.map(([, y]) => y));
  return label(name.split(',')[0]!, [Math.round((Math.min(...xs) + Math.max(...xs)) / 2), Math.round(top) - 8]);
}

/** The legend is right of the park, where nothing else is drawn. */
const legendLeft = 512;

const style = `text{font:600 15px system-ui,sans-serif;fill:#134e4a;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}
.land{fill:#f5f1e6;stroke:#c9bfa5}.cell{fill:#f59e0b;fill-opacity:.13;stroke:#b45309;stroke-width:1.2}
.fence{fill:#0d9488;fill-opacity:.35;stroke:#0f766e;stroke-width:2.5}.point{fill:#dc2626;stroke:#fff;stroke-width:2}
.note{font-weight:400;font-size:13px;text-anchor:start;fill:#292524}`;

/** The whole file. */
export function picture(): string {
  const drawn = fences();
  const cells = drawn.flatMap(({ geometry }) => coverGeometry(geometry).map(({ cell }) => cell));
  const outlines = cells.map((cell) => `<path class="cell" d="${pathOf(ringsOf(cellOutline(cell)))}"/>`);
  const [longitude, latitude] = circles[0]!.at;
  const holders = drawn.filter(({ geometry }) => geometryContains(geometry, latitude, longitude));
  const [x, y] = at([longitude, latitude]);
  const resolutions = [...new Set(cells.map(resolutionOf))].sort((a, b) => a - b);
  const notes = [
    ['fence', `${drawn.length} fences of the demo workspace`],
    ['cell', `the ${cells.length} H3 cells (resolutions ${resolutions.join(', ')}) that they are found by`],
    ['point', `a checked point, in ${holders.length} of them: ${holders.map(({ name }) => name).join('; ')}`],
  ] as const;
  const legend = notes.map(([kind, text], i) => {
    const top = height - 84 + 26 * i;
    const mark = `<rect class="${kind}" x="${legendLeft + 14}" y="${top}" width="18" height="14" rx="3"/>`;
    return mark + label(text, [legendLeft + 42, top + 12], ' class="note"');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Geofences around San Francisco and the H3 cells that they are found by">
<style>${style}</style>
<rect width="${width}" height="${height}" fill="#dcebf2"/>
${land.map((ring) => `<path class="land" d="${pathOf([ring])}"/>`).join('\n')}
${outlines.join('\n')}
${drawn.map(({ geometry }) => `<path class="fence" fill-rule="evenodd" d="${pathOf(ringsOf(geometry))}"/>`).join('\n')}
${drawn.map(nameOf).join('\n')}
<circle class="point" cx="${x}" cy="${y}" r="6"/>
<rect x="${legendLeft}" y="${height - 96}" width="${width - legendLeft - 8}" height="88" rx="6" fill="#fff" fill-opacity=".88"/>
${legend.join('\n')}
</svg>
`;
}
