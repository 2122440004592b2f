import type { TownRow } from './rows.ts';

/** The United States west of the Mississippi, without California. */
export const westernTowns: readonly TownRow[] = [
  {
    name: 'Seattle',
    region: 'Washington',
    subRegion: 'King County',
    at: [-122.3301, 47.6038],
    streets: [
      ['Pike St', '98101', 1, [-122.3418, 47.6086], 999, [-122.3296, 47.6132]],
      ['Pine St', '98101', 100, [-122.3405, 47.6099], 999, [-122.3309, 47.6137]],
      ['1st Ave', '98101', 1000, [-122.3366, 47.6052], 2099, [-122.3439, 47.612]],
      ['4th Ave', '98104', 400, [-122.3291, 47.6019], 1099, [-122.3336, 47.6067]],
      ['Terry Ave N', '98109', 200, [-122.3374, 47.6203], 499, [-122.3373, 47.6235]],
      ['Main St', '98104', 100, [-122.3343, 47.6], 999, [-122.3221, 47.6]],
    ],
  },
  {
    name: 'Redmond',
    region: 'Washington',
    subRegion: 'King County',
    at: [-122.1215, 47.674],
    streets: [['Microsoft Way', '98052', 1, [-122.1283, 47.6396]]],
  },
  {
    name: 'Vancouver',
    region: 'Washington',
    subRegion: 'Clark County',
    at: [-122.6716, 45.6325],
    streets: [['Main St', '98660', 100, [-122.6722, 45.6224], 3999, [-122.6661, 45.6513]]],
  },
  {
    name: 'Portland',
    region: 'Oregon',
    subRegion: 'Multnomah County',
    at: [-122.6784, 45.5152],
    streets: [
      ['SW Broadway', '97205', 400, [-122.6772, 45.5224], 1799, [-122.6838, 45.5129]],
      ['NW 23rd Ave', '97210', 1, [-122.6985, 45.5232], 999, [-122.6986, 45.5303]],
    ],
  },
  {
    name: 'Springfield',
    region: 'Oregon',
    subRegion: 'Lane County',
    at: [-123.022, 44.0462],
    streets: [['Main St', '97477', 100, [-123.0243, 44.0461], 6999, [-122.9103, 44.0449]]],
  },
  {
    name: 'Phoenix',
    region: 'Arizona',
    subRegion: 'Maricopa County',
    at: [-112.074, 33.4484],
    streets: [['N Central Ave', '85004', 1, [-112.0739, 33.4483], 1999, [-112.0737, 33.4689]]],
  },
  {
    name: 'Las Vegas',
    region: 'Nevada',
    subRegion: 'Clark County',
    at: [-115.1398, 36.1699],
    streets: [
      ['S Las Vegas Blvd', '89109', 2000, [-115.1562, 36.1467], 3999, [-115.1729, 36.0919]],
      ['S Main St', '89101', 1, [-115.1459, 36.1715], 1199, [-115.1533, 36.1577]],
    ],
  },
  {
    name: 'Salt Lake City',
    region: 'Utah',
    subRegion: 'Salt Lake County',
    at: [-111.891, 40.7608],
    streets: [['S Main St', '84101', 1, [-111.8909, 40.7691], 999, [-111.8909, 40.7482]]],
  },
  {
    name: 'Denver',
    region: 'Colorado',
    subRegion: 'Denver County',
    at: [-104.9903, 39.7392],
    streets: [
      ['16th St', '80202', 400, [-104.9885, 39.7428], 1899, [-105.0009, 39.7531]],
      ['Larimer St', '80202', 1200, [-104.9993, 39.7476], 2099, [-104.9906, 39.7543]],
    ],
  },
  {
    name: 'Austin',
    region: 'Texas',
    subRegion: 'Travis County',
    at: [-97.7431, 30.2672],
    streets: [
      ['Congress Ave', '78701', 1, [-97.7447, 30.2618], 1099, [-97.7404, 30.2734]],
      ['E 6th St', '78701', 1, [-97.7425, 30.2682], 1299, [-97.7279, 30.2644]],
      ['S Lamar Blvd', '78704', 100, [-97.7568, 30.2621], 3999, [-97.7841, 30.2393]],
    ],
  },
  {
    name: 'Houston',
    region: 'Texas',
    subRegion: 'Harris County',
    at: [-95.3698, 29.7604],
    streets: [['Main St', '77002', 1, [-95.3592, 29.7653], 2999, [-95.3765, 29.7443]]],
  },
  {
    name: 'Dallas',
    region: 'Texas',
    subRegion: 'Dallas County',
    at: [-96.797, 32.7767],
    streets: [
      ['Main St', '75202', 400, [-96.8079, 32.7793], 2299, [-96.7899, 32.7824]],
      ['Elm St', '75202', 400, [-96.8089, 32.7789], 2299, [-96.7916, 32.7838]],
    ],
  },
  {
    name: 'Springfield',
    region: 'Missouri',
    subRegion: 'Greene County',
    at: [-93.2923, 37.209],
    streets: [
      ['S Campbell Ave', '65806', 200, [-93.2942, 37.2077], 1499, [-93.2944, 37.1905]],
      ['Main St', '65806', 100, [-93.2958, 37.2095], 899, [-93.296, 37.2172]],
    ],
  },
  {
    name: 'St Louis',
    region: 'Missouri',
    subRegion: 'St Louis City',
    at: [-90.1994, 38.627],
    streets: [['Market St', '63101', 1, [-90.1866, 38.6246], 1999, [-90.2093, 38.6292]]],
  },
];
