import type { CountryRow } from './rows.ts';

const australia: CountryRow = {
  code: 'AUS',
  name: 'Australia',
  also: ['AU'],
  at: [134, -25.5],
  order: 'number-street',
  regions: [
    { name: 'New South Wales', code: 'NSW', at: [147, -32] },
    { name: 'Victoria', code: 'VIC', at: [144.5, -36.9] },
    { name: 'Queensland', code: 'QLD', at: [144.8, -22.5] },
  ],
  towns: [
    {
      name: 'Sydney',
      region: 'New South Wales',
      at: [151.2093, -33.8688],
      streets: [
        ['George Street', '2000', 1, [151.2089, -33.8559], 799, [151.2049, -33.8828]],
        ['Pitt Street', '2000', 1, [151.2087, -33.8622], 499, [151.2066, -33.8808]],
        ['Macquarie Street', '2000', 1, [151.2136, -33.859], 249, [151.2118, -33.8687]],
      ],
    },
    {
      name: 'Melbourne',
      region: 'Victoria',
      at: [144.9631, -37.8136],
      streets: [
        ['Collins Street', '3000', 1, [144.9741, -37.8136], 699, [144.9523, -37.8197]],
        ['Swanston Street', '3000', 1, [144.9671, -37.8173], 499, [144.9628, -37.8075]],
      ],
    },
    {
      name: 'Brisbane',
      region: 'Queensland',
      at: [153.0251, -27.4698],
      streets: [['Queen Street', '4000', 1, [153.0231, -27.4716], 499, [153.0299, -27.4654]]],
    },
  ],
};

const newZealand: CountryRow = {
  code: 'NZL',
  name: 'New Zealand',
  also: ['NZ', 'Aotearoa'],
  at: [172.8, -41.5],
  order: 'number-street',
  regions: [{ name: 'Auckland', at: [174.8, -36.8] }],
  towns: [
    {
      name: 'Auckland',
      region: 'Auckland',
      at: [174.7633, -36.8485],
      streets: [['Queen Street', '1010', 1, [174.7672, -36.8434], 499, [174.7613, -36.8573]]],
    },
  ],
};

// Japanese addresses count blocks, not houses along a street, so only towns are known here.
const japan: CountryRow = {
  code: 'JPN',
  name: 'Japan',
  also: ['JP', 'Nippon'],
  at: [138.3, 36.2],
  order: 'number-street',
  regions: [
    { name: 'Tokyo', at: [139.7, 35.7] },
    { name: 'Osaka', at: [135.5, 34.6] },
    { name: 'Kyoto', at: [135.5, 35.2] },
  ],
  towns: [
    { name: 'Shibuya', region: 'Tokyo', at: [139.7004, 35.6593] },
    { name: 'Chiyoda', region: 'Tokyo', at: [139.7536, 35.694] },
    { name: 'Osaka', region: 'Osaka', at: [135.5023, 34.6937] },
    { name: 'Kyoto', region: 'Kyoto', at: [135.7681, 35.0116] },
  ],
};

const india: CountryRow = {
  code: 'IND',
  name: 'India',
  also: ['Bharat'],
  at: [78.9, 22.6],
  order: 'number-street',
  regions: [
    { name: 'Karnataka', at: [75.7, 15.3] },
    { name: 'Maharashtra', at: [75.7, 19.8] },
  ],
  towns: [
    {
      name: 'Bengaluru',
      also: ['Bangalore'],
      region: 'Karnataka',
      at: [77.5946, 12.9716],
      streets: [['MG Road', '560001', 1, [77.5989, 12.9769], 199, [77.6192, 12.9731]]],
    },
    {
      name: 'Mumbai',
      also: ['Bombay'],
      region: 'Maharashtra',
      at: [72.8258, 18.975],
      streets: [['Marine Drive', '400020', 1, [72.8236, 18.9278], 149, [72.819, 18.9543]]],
    },
  ],
};

export const asiaPacific: readonly CountryRow[] = [australia, newZealand, japan, india];
