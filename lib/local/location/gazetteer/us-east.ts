import type { TownRow } from './rows.ts';

const newYork: TownRow = {
  name: 'New York',
  also: ['New York City', 'NYC', 'Manhattan'],
  region: 'New York',
  subRegion: 'New York County',
  at: [-74.006, 40.7128],
  streets: [
    ['Broadway', '10004', 1, [-74.0142, 40.7046], 119, [-74.0113, 40.7083]],
    ['Broadway', '10007', 120, [-74.0113, 40.7083], 319, [-74.0058, 40.7147]],
    ['Broadway', '10013', 320, [-74.0058, 40.7147], 599, [-73.9973, 40.7252]],
    ['Broadway', '10036', 1400, [-73.9868, 40.7542], 1699, [-73.9835, 40.7625]],
    ['5th Ave', '10003', 1, [-73.9966, 40.7317], 149, [-73.9906, 40.7399]],
    ['5th Ave', '10118', 350, [-73.9857, 40.7484]],
    ['5th Ave', '10016', 351, [-73.9848, 40.7489], 499, [-73.9808, 40.7545]],
    ['5th Ave', '10022', 650, [-73.9765, 40.7597], 759, [-73.9738, 40.7639]],
    ['Wall St', '10005', 1, [-74.0115, 40.7077], 120, [-74.0068, 40.7048]],
    ['Park Ave', '10017', 200, [-73.9763, 40.7532], 349, [-73.9734, 40.7573]],
    ['Madison Ave', '10016', 100, [-73.9846, 40.7441], 399, [-73.9789, 40.7541]],
    ['W 34th St', '10001', 1, [-73.9852, 40.7487], 499, [-73.999, 40.7545]],
    ['W 42nd St', '10036', 1, [-73.9817, 40.7536], 699, [-73.9998, 40.7612]],
    ['Main St', '10044', 400, [-73.9531, 40.7575], 888, [-73.9459, 40.7658]],
  ],
};

const newEngland: readonly TownRow[] = [
  {
    name: 'Boston',
    region: 'Massachusetts',
    subRegion: 'Suffolk County',
    at: [-71.0589, 42.3601],
    streets: [
      ['Boylston St', '02116', 200, [-71.0693, 42.3524], 999, [-71.0878, 42.3474]],
      ['Beacon St', '02108', 1, [-71.0606, 42.3578], 99, [-71.0716, 42.3559]],
      ['Newbury St', '02116', 1, [-71.0719, 42.3528], 399, [-71.0884, 42.3484]],
    ],
  },
  {
    name: 'Cambridge',
    region: 'Massachusetts',
    subRegion: 'Middlesex County',
    at: [-71.1056, 42.3751],
    streets: [
      ['Massachusetts Ave', '02139', 77, [-71.0935, 42.3593]],
      ['Massachusetts Ave', '02139', 100, [-71.0944, 42.3601], 999, [-71.1137, 42.3694]],
      ['Main St', '02142', 100, [-71.0779, 42.3617], 799, [-71.0997, 42.3627]],
    ],
  },
  {
    name: 'Springfield',
    region: 'Massachusetts',
    subRegion: 'Hampden County',
    at: [-72.5898, 42.1015],
    streets: [['Main St', '01103', 600, [-72.5841, 42.0948], 2299, [-72.5986, 42.1098]]],
  },
];

const midAtlantic: readonly TownRow[] = [
  {
    name: 'Philadelphia',
    region: 'Pennsylvania',
    subRegion: 'Philadelphia County',
    at: [-75.1652, 39.9526],
    streets: [
      ['Market St', '19106', 100, [-75.1433, 39.9497], 799, [-75.1545, 39.9511]],
      ['S Broad St', '19107', 1, [-75.1639, 39.9513], 799, [-75.1662, 39.9414]],
    ],
  },
  {
    name: 'Washington',
    also: ['Washington DC', 'Washington D C'],
    region: 'District of Columbia',
    at: [-77.0369, 38.9072],
    streets: [
      ['Pennsylvania Ave NW', '20500', 1600, [-77.0365, 38.8977]],
      ['Pennsylvania Ave NW', '20004', 600, [-77.0206, 38.8928], 1399, [-77.0319, 38.8963]],
      ['K St NW', '20006', 1000, [-77.0265, 38.9026], 2199, [-77.0476, 38.9026]],
    ],
  },
];

const midwest: readonly TownRow[] = [
  {
    name: 'Chicago',
    region: 'Illinois',
    subRegion: 'Cook County',
    at: [-87.6298, 41.8781],
    streets: [
      ['N Michigan Ave', '60601', 1, [-87.6245, 41.882], 399, [-87.6246, 41.8888]],
      ['N Michigan Ave', '60611', 400, [-87.6244, 41.8893], 999, [-87.6241, 41.9006]],
      ['S Wacker Dr', '60606', 233, [-87.6359, 41.8789]],
      ['W Madison St', '60602', 1, [-87.628, 41.882], 299, [-87.6356, 41.8819]],
      ['S State St', '60603', 1, [-87.6277, 41.8819], 999, [-87.6273, 41.8695]],
    ],
  },
  {
    name: 'Springfield',
    region: 'Illinois',
    subRegion: 'Sangamon County',
    at: [-89.6501, 39.7817],
    streets: [
      ['S 6th St', '62701', 1, [-89.6484, 39.8006], 999, [-89.6487, 39.7936]],
      ['Main St', '62702', 100, [-89.6619, 39.8034], 999, [-89.6622, 39.8141]],
    ],
  },
  {
    name: 'Springfield',
    region: 'Ohio',
    subRegion: 'Clark County',
    at: [-83.8088, 39.9242],
    streets: [['E Main St', '45503', 1, [-83.8091, 39.9237], 2999, [-83.7621, 39.9217]]],
  },
  {
    name: 'Detroit',
    region: 'Michigan',
    subRegion: 'Wayne County',
    at: [-83.0458, 42.3314],
    streets: [['Woodward Ave', '48226', 1, [-83.0448, 42.3286], 1999, [-83.0524, 42.337]]],
  },
];

const south: readonly TownRow[] = [
  {
    name: 'Atlanta',
    region: 'Georgia',
    subRegion: 'Fulton County',
    at: [-84.388, 33.749],
    streets: [
      ['Peachtree St NE', '30303', 100, [-84.3878, 33.7577], 399, [-84.3864, 33.7633]],
      ['Peachtree St NE', '30309', 800, [-84.3848, 33.7763], 1399, [-84.3857, 33.7906]],
    ],
  },
  {
    name: 'Miami',
    region: 'Florida',
    subRegion: 'Miami-Dade County',
    at: [-80.1918, 25.7617],
    streets: [
      ['Brickell Ave', '33131', 500, [-80.1895, 25.7683], 1499, [-80.1915, 25.7596]],
      ['Biscayne Blvd', '33132', 1, [-80.1877, 25.7735], 1399, [-80.1891, 25.7887]],
    ],
  },
  {
    name: 'Nashville',
    region: 'Tennessee',
    subRegion: 'Davidson County',
    at: [-86.7816, 36.1627],
    streets: [['Broadway', '37203', 100, [-86.7743, 36.1622], 1299, [-86.787, 36.1571]]],
  },
  {
    name: 'New Orleans',
    region: 'Louisiana',
    subRegion: 'Orleans Parish',
    at: [-90.0715, 29.9511],
    streets: [['Bourbon St', '70112', 100, [-90.0699, 29.9543], 1399, [-90.0602, 29.9636]]],
  },
];

export const easternTowns: readonly TownRow[] = [newYork, ...newEngland, ...midAtlantic, ...midwest, ...south];
