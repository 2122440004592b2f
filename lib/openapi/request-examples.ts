import type { JsonObject } from './tidy.ts';

/** Examples of a request body beside that of its schema. */
interface RequestExamples {
  /** What the schema's example is. */
  readonly first: string;
  readonly others: Readonly<Record<string, { readonly summary: string; readonly value: JsonObject }>>;
}

const park = {
  type: 'Polygon',
  coordinates: [
    [
      [-73.9819, 40.7681],
      [-73.9731, 40.7644],
      [-73.9493, 40.7969],
      [-73.9581, 40.8006],
      [-73.9819, 40.7681],
    ],
    [
      [-73.9659, 40.7838],
      [-73.9617, 40.7817],
      [-73.9583, 40.7862],
      [-73.9603, 40.788],
      [-73.9659, 40.7838],
    ],
  ],
};

const shapes: RequestExamples = {
  first: 'A circle',
  others: {
    polygon: {
      summary: 'A polygon with a hole',
      value: { name: 'Central Park without its reservoir', geometry: park, triggerOn: 'dwell', dwellMinutes: 15 },
    },
  },
};

/** By operation. */
export const requestExamples: Readonly<Record<string, RequestExamples>> = {
  createGeofence: shapes,
  replaceGeofence: shapes,
  patchGeofence: {
    first: 'Some fields',
    others: { polygon: { summary: 'Another shape', value: { geometry: park } } },
  },
};
