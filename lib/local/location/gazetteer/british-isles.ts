import type { CountryRow } from './rows.ts';

const unitedKingdom: CountryRow = {
  code: 'GBR',
  name: 'United Kingdom',
  also: ['GB', 'UK', 'U K', 'Great Britain', 'Britain'],
  at: [-2.9, 54.1],
  order: 'number-street',
  regions: [
    { name: 'England', at: [-1.5, 52.6] },
    { name: 'Scotland', at: [-4.2, 56.8] },
    { name: 'Wales', at: [-3.7, 52.3] },
    { name: 'Northern Ireland', at: [-6.7, 54.6] },
  ],
  towns: [
    {
      name: 'London',
      region: 'England',
      subRegion: 'Greater London',
      at: [-0.1276, 51.5072],
      streets: [
        ['Downing Street', 'SW1A 2AA', 10, [-0.1276, 51.5034]],
        ['Baker Street', 'NW1 6XE', 221, [-0.1586, 51.5238]],
        ['Baker Street', 'W1U 3BW', 1, [-0.1541, 51.516], 199, [-0.1575, 51.5222]],
        ['Oxford Street', 'W1D 1BS', 1, [-0.1309, 51.5164], 199, [-0.1386, 51.5155]],
        ['Oxford Street', 'W1C 1JN', 200, [-0.1419, 51.5153], 549, [-0.1582, 51.5135]],
        ['Regent Street', 'W1B 5AH', 1, [-0.1331, 51.5081], 349, [-0.1424, 51.5166]],
        ['Fleet Street', 'EC4Y 1AA', 1, [-0.1117, 51.5136], 199, [-0.1047, 51.5141]],
        ['Strand', 'WC2R 0EU', 1, [-0.1266, 51.5079], 399, [-0.1162, 51.5127]],
        ['Great Portland Street', 'W1W 5PN', 1, [-0.1415, 51.5158], 299, [-0.1438, 51.5236]],
      ],
    },
    {
      name: 'Manchester',
      region: 'England',
      subRegion: 'Greater Manchester',
      at: [-2.2426, 53.4808],
      streets: [
        ['Deansgate', 'M3 2BW', 1, [-2.2452, 53.4845], 399, [-2.2503, 53.4747]],
        ['Market Street', 'M1 1WR', 1, [-2.2441, 53.4837], 129, [-2.2374, 53.4814]],
      ],
    },
    {
      name: 'Birmingham',
      region: 'England',
      subRegion: 'West Midlands',
      at: [-1.8904, 52.4862],
      streets: [['New Street', 'B2 4BA', 1, [-1.8941, 52.4787], 139, [-1.9017, 52.4795]]],
    },
    {
      name: 'Cambridge',
      region: 'England',
      subRegion: 'Cambridgeshire',
      at: [0.1218, 52.2053],
      streets: [['Trumpington Street', 'CB2 1QA', 1, [0.1182, 52.2025], 99, [0.1203, 52.1982]]],
    },
    {
      name: 'Oxford',
      region: 'England',
      subRegion: 'Oxfordshire',
      at: [-1.2577, 51.752],
      streets: [['High Street', 'OX1 4DB', 1, [-1.2569, 51.752], 139, [-1.2479, 51.7516]]],
    },
    {
      name: 'Edinburgh',
      region: 'Scotland',
      at: [-3.1883, 55.9533],
      streets: [
        ['Princes Street', 'EH2 2ER', 1, [-3.1897, 55.9532], 149, [-3.2065, 55.9503]],
        ['High Street', 'EH1 1TB', 1, [-3.1848, 55.9506], 499, [-3.1928, 55.9494]],
      ],
    },
    {
      name: 'Glasgow',
      region: 'Scotland',
      at: [-4.2518, 55.8642],
      streets: [['Buchanan Street', 'G1 2FF', 1, [-4.2543, 55.8577], 229, [-4.2529, 55.864]]],
    },
    {
      name: 'Cardiff',
      region: 'Wales',
      at: [-3.1791, 51.4816],
      streets: [['Queen Street', 'CF10 2BU', 1, [-3.1787, 51.4816], 129, [-3.1716, 51.4838]]],
    },
  ],
};

const ireland: CountryRow = {
  code: 'IRL',
  name: 'Ireland',
  also: ['IE', 'Éire'],
  at: [-8.2, 53.4],
  order: 'number-street',
  regions: [{ name: 'Leinster', at: [-7.1, 53.3] }],
  towns: [
    {
      name: 'Dublin',
      region: 'Leinster',
      at: [-6.2603, 53.3498],
      streets: [
        ["O'Connell Street", 'D01 F5P2', 1, [-6.2595, 53.3481], 69, [-6.2614, 53.3523]],
        ['Grafton Street', 'D02 E762', 1, [-6.2591, 53.3441], 119, [-6.2613, 53.3408]],
      ],
    },
  ],
};

export const britishIsles: readonly CountryRow[] = [unitedKingdom, ireland];
