/**
 * Well-known places for the demo workspace, drawn by hand. They are only for trying things out. Positions are
 * longitude, latitude.
 */

interface CirclePlace {
  readonly name: string;
  readonly tags: readonly string[];
  readonly at: readonly [longitude: number, latitude: number];
  readonly radiusMeters: number;
}

export const circles: readonly CirclePlace[] = [
  { name: 'Ferry Building, San Francisco', tags: ['landmark', 'us'], at: [-122.3937, 37.7955], radiusMeters: 120 },
  { name: 'Golden Gate Bridge', tags: ['landmark', 'us'], at: [-122.4783, 37.8199], radiusMeters: 1400 },
  { name: 'Alcatraz Island', tags: ['island', 'us'], at: [-122.423, 37.8267], radiusMeters: 350 },
  { name: 'Statue of Liberty', tags: ['landmark', 'us'], at: [-74.0445, 40.6892], radiusMeters: 200 },
  { name: 'Times Square', tags: ['landmark', 'us'], at: [-73.9855, 40.758], radiusMeters: 250 },
  { name: 'Grand Central Terminal', tags: ['station', 'us'], at: [-73.9772, 40.7527], radiusMeters: 150 },
  { name: 'CN Tower', tags: ['landmark', 'ca'], at: [-79.3871, 43.6426], radiusMeters: 150 },
  { name: 'Christ the Redeemer', tags: ['landmark', 'br'], at: [-43.2105, -22.9519], radiusMeters: 150 },
  { name: 'Machu Picchu', tags: ['landmark', 'pe'], at: [-72.545, -13.1631], radiusMeters: 600 },
  { name: 'Tower Bridge', tags: ['landmark', 'gb'], at: [-0.0754, 51.5055], radiusMeters: 200 },
  { name: 'Greenwich Observatory', tags: ['landmark', 'gb'], at: [-0.0015, 51.4769], radiusMeters: 150 },
  { name: 'Heathrow Airport', tags: ['airport', 'gb'], at: [-0.4543, 51.47], radiusMeters: 2600 },
  { name: 'Eiffel Tower', tags: ['landmark', 'fr'], at: [2.2945, 48.8584], radiusMeters: 200 },
  { name: 'Louvre', tags: ['museum', 'fr'], at: [2.3376, 48.8606], radiusMeters: 350 },
  { name: 'Brandenburg Gate', tags: ['landmark', 'de'], at: [13.3777, 52.5163], radiusMeters: 120 },
  { name: 'Frankfurt Airport', tags: ['airport', 'de'], at: [8.5622, 50.0379], radiusMeters: 3200 },
  { name: 'Colosseum', tags: ['landmark', 'it'], at: [12.4922, 41.8902], radiusMeters: 180 },
  { name: 'Acropolis of Athens', tags: ['landmark', 'gr'], at: [23.7257, 37.9715], radiusMeters: 250 },
  { name: 'Hagia Sophia', tags: ['landmark', 'tr'], at: [28.98, 41.0086], radiusMeters: 120 },
  { name: 'Great Pyramid of Giza', tags: ['landmark', 'eg'], at: [31.1342, 29.9792], radiusMeters: 250 },
  { name: 'Burj Khalifa', tags: ['landmark', 'ae'], at: [55.2744, 25.1972], radiusMeters: 250 },
  { name: 'Taj Mahal', tags: ['landmark', 'in'], at: [78.0421, 27.1751], radiusMeters: 350 },
  { name: 'Marina Bay Sands', tags: ['landmark', 'sg'], at: [103.8607, 1.2834], radiusMeters: 300 },
  { name: 'Tokyo Station', tags: ['station', 'jp'], at: [139.7671, 35.6812], radiusMeters: 300 },
  { name: 'Shibuya Crossing', tags: ['landmark', 'jp'], at: [139.7005, 35.6595], radiusMeters: 80 },
  { name: 'Sydney Opera House', tags: ['landmark', 'au'], at: [151.2153, -33.8568], radiusMeters: 200 },
  { name: 'Uluru', tags: ['landmark', 'au'], at: [131.0369, -25.3444], radiusMeters: 2500 },
  { name: 'Table Mountain', tags: ['landmark', 'za'], at: [18.4098, -33.9628], radiusMeters: 1500 },
  { name: 'South Pole', tags: ['pole'], at: [0, -90], radiusMeters: 5000 },
];

interface PolygonPlace {
  readonly name: string;
  readonly tags: readonly string[];
  /** Outer ring, then holes. The seed repeats the first position at the end. */
  readonly rings: readonly (readonly (readonly [longitude: number, latitude: number])[])[];
}

export const polygons: readonly PolygonPlace[] = [
  {
    name: 'Golden Gate Park',
    tags: ['park', 'us'],
    rings: [
      [
        [-122.5112, 37.7641],
        [-122.4572, 37.7665],
        [-122.453, 37.7745],
        [-122.4541, 37.7752],
        [-122.511, 37.7714],
      ],
    ],
  },
  {
    name: 'Central Park without its reservoir',
    tags: ['park', 'us'],
    rings: [
      [
        [-73.9819, 40.7681],
        [-73.9731, 40.7644],
        [-73.9493, 40.7969],
        [-73.9581, 40.8006],
      ],
      [
        [-73.9659, 40.7838],
        [-73.9617, 40.7817],
        [-73.9583, 40.7862],
        [-73.9603, 40.788],
        [-73.9643, 40.7884],
      ],
    ],
  },
  {
    name: 'Hyde Park, London',
    tags: ['park', 'gb'],
    rings: [
      [
        [-0.1761, 51.5118],
        [-0.1589, 51.5131],
        [-0.1515, 51.5029],
        [-0.1754, 51.5018],
      ],
    ],
  },
  {
    name: 'Vatican City',
    tags: ['state', 'va'],
    rings: [
      [
        [12.4457, 41.9021],
        [12.4507, 41.9074],
        [12.4571, 41.9037],
        [12.4584, 41.9019],
        [12.4548, 41.9003],
        [12.4477, 41.9002],
      ],
    ],
  },
  {
    name: 'Lake Geneva',
    tags: ['lake', 'ch'],
    rings: [
      [
        [6.1484, 46.2056],
        [6.2431, 46.319],
        [6.3653, 46.46],
        [6.6, 46.5115],
        [6.8256, 46.4704],
        [6.9212, 46.4103],
        [6.8105, 46.3896],
        [6.5152, 46.4031],
        [6.2893, 46.2607],
      ],
    ],
  },
  {
    name: 'Colorado',
    tags: ['state', 'us'],
    rings: [
      [
        [-109.0452, 36.9991],
        [-102.0424, 36.993],
        [-102.0518, 41.0024],
        [-109.0501, 41.0007],
      ],
    ],
  },
  {
    name: 'Fiji, across 180°',
    tags: ['islands', 'fj'],
    rings: [
      [
        [176.8, -19.3],
        [-178.2, -19.3],
        [-178.2, -15.9],
        [176.8, -15.9],
      ],
    ],
  },
];
