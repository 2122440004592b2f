import type { TownRow } from './rows.ts';

const region = 'California';

const sanFrancisco: TownRow = {
  name: 'San Francisco',
  also: ['SF'],
  region,
  subRegion: 'San Francisco County',
  at: [-122.4194, 37.7793],
  streets: [
    ['Market St', '94105', 1, [-122.3948, 37.794], 999, [-122.4089, 37.7829]],
    ['Market St', '94102', 1000, [-122.4089, 37.7829], 1799, [-122.4225, 37.7721]],
    ['Market St', '94114', 1800, [-122.4225, 37.7721], 2399, [-122.4352, 37.7626]],
    ['Mission St', '94105', 1, [-122.3932, 37.793], 699, [-122.4016, 37.7863]],
    ['Mission St', '94103', 700, [-122.4016, 37.7863], 1999, [-122.4197, 37.7651]],
    ['Mission St', '94110', 2000, [-122.4197, 37.7651], 3499, [-122.4221, 37.7424]],
    ['Main St', '94105', 1, [-122.397, 37.7926], 499, [-122.3889, 37.7862]],
    ['Howard St', '94105', 1, [-122.3922, 37.7919], 999, [-122.4066, 37.7806]],
    ['Folsom St', '94105', 1, [-122.3903, 37.7908], 999, [-122.4052, 37.7792]],
    ['Montgomery St', '94104', 1, [-122.4021, 37.7893], 599, [-122.4032, 37.7951]],
    ['California St', '94111', 1, [-122.3969, 37.7937], 999, [-122.4112, 37.7919]],
    ['Valencia St', '94103', 1, [-122.4225, 37.7721], 599, [-122.4219, 37.7634]],
    ['Valencia St', '94110', 600, [-122.4219, 37.7634], 1599, [-122.4202, 37.7474]],
    ['Lombard St', '94133', 1, [-122.4029, 37.8041], 1199, [-122.4195, 37.802]],
    ['Castro St', '94114', 300, [-122.4353, 37.7634], 1299, [-122.4339, 37.7486]],
    ['Dr Carlton B Goodlett Pl', '94102', 1, [-122.4193, 37.7793]],
  ],
};

const southBay: readonly TownRow[] = [
  {
    name: 'Cupertino',
    region,
    subRegion: 'Santa Clara County',
    at: [-122.0322, 37.323],
    streets: [
      ['Infinite Loop', '95014', 1, [-122.0312, 37.3318]],
      ['Infinite Loop', '95014', 2, [-122.0304, 37.3327], 6, [-122.0291, 37.3313]],
      ['Apple Park Way', '95014', 1, [-122.009, 37.3349]],
      ['N De Anza Blvd', '95014', 10000, [-122.0323, 37.3232], 11399, [-122.0321, 37.3372]],
      ['Stevens Creek Blvd', '95014', 19000, [-122.0084, 37.3229], 22999, [-122.0596, 37.3194]],
    ],
  },
  {
    name: 'Mountain View',
    region,
    subRegion: 'Santa Clara County',
    at: [-122.0839, 37.3861],
    streets: [
      ['Amphitheatre Pkwy', '94043', 1600, [-122.0841, 37.422]],
      ['Castro St', '94041', 100, [-122.0765, 37.3945], 999, [-122.0857, 37.3841]],
    ],
  },
  {
    name: 'Palo Alto',
    region,
    subRegion: 'Santa Clara County',
    at: [-122.143, 37.4419],
    streets: [['University Ave', '94301', 100, [-122.1646, 37.4438], 1599, [-122.1479, 37.456]]],
  },
  {
    name: 'San Jose',
    region,
    subRegion: 'Santa Clara County',
    at: [-121.8863, 37.3382],
    streets: [
      ['E Santa Clara St', '95113', 1, [-121.8897, 37.3361], 399, [-121.8836, 37.339]],
      ['S 1st St', '95113', 1, [-121.8899, 37.3359], 499, [-121.8859, 37.3306]],
    ],
  },
];

const elsewhere: readonly TownRow[] = [
  {
    name: 'Oakland',
    region,
    subRegion: 'Alameda County',
    at: [-122.2711, 37.8044],
    streets: [['Broadway', '94607', 1, [-122.2775, 37.7944], 2999, [-122.2611, 37.8163]]],
  },
  {
    name: 'Berkeley',
    region,
    subRegion: 'Alameda County',
    at: [-122.273, 37.8716],
    streets: [['Telegraph Ave', '94704', 2300, [-122.2588, 37.8686], 2899, [-122.2596, 37.8588]]],
  },
  {
    name: 'Sacramento',
    region,
    subRegion: 'Sacramento County',
    at: [-121.4944, 38.5816],
    streets: [
      ['Capitol Mall', '95814', 300, [-121.505, 38.5793], 999, [-121.4959, 38.577]],
      ['J St', '95814', 100, [-121.5037, 38.5832], 2099, [-121.4811, 38.5769]],
    ],
  },
  {
    name: 'Los Angeles',
    region,
    subRegion: 'Los Angeles County',
    at: [-118.2427, 34.0537],
    streets: [
      ['S Main St', '90012', 100, [-118.2439, 34.0517], 999, [-118.2558, 34.0404]],
      ['Hollywood Blvd', '90028', 5800, [-118.3174, 34.1016], 7099, [-118.3446, 34.1016]],
      ['Wilshire Blvd', '90017', 600, [-118.2556, 34.05], 1999, [-118.2727, 34.0566]],
      ['Sunset Blvd', '90028', 5800, [-118.3174, 34.0981], 7299, [-118.3491, 34.0979]],
    ],
  },
  {
    name: 'Santa Monica',
    region,
    subRegion: 'Los Angeles County',
    at: [-118.4912, 34.0195],
    streets: [['Main St', '90405', 1700, [-118.4896, 34.0101], 3099, [-118.4784, 33.9965]]],
  },
  {
    name: 'San Diego',
    region,
    subRegion: 'San Diego County',
    at: [-117.1611, 32.7157],
    streets: [
      ['Broadway', '92101', 100, [-117.1636, 32.7157], 1699, [-117.1487, 32.7157]],
      ['5th Ave', '92101', 200, [-117.1602, 32.7084], 1599, [-117.1603, 32.7214]],
    ],
  },
];

export const californianTowns: readonly TownRow[] = [sanFrancisco, ...southBay, ...elsewhere];
