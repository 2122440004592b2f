import type { CountryRow } from './rows.ts';

const germany: CountryRow = {
  code: 'DEU',
  name: 'Deutschland',
  also: ['DE', 'Germany'],
  at: [10.4, 51.2],
  order: 'street-number',
  regions: [
    { name: 'Berlin', at: [13.4, 52.5] },
    { name: 'Hamburg', at: [10, 53.55] },
    { name: 'Bayern', also: ['Bavaria'], at: [11.4, 48.9] },
    { name: 'Hessen', also: ['Hesse'], at: [9, 50.6] },
    { name: 'Nordrhein-Westfalen', also: ['NRW', 'North Rhine-Westphalia'], at: [7.6, 51.5] },
    { name: 'Baden-Württemberg', at: [9.1, 48.5] },
  ],
  towns: [
    {
      name: 'Berlin',
      region: 'Berlin',
      at: [13.405, 52.52],
      streets: [
        ['Unter den Linden', '10117', 1, [13.3966, 52.5178], 78, [13.3809, 52.5163]],
        ['Friedrichstraße', '10969', 1, [13.3912, 52.5003], 59, [13.39, 52.5085]],
        ['Friedrichstraße', '10117', 60, [13.39, 52.5085], 176, [13.3879, 52.5246]],
        ['Kurfürstendamm', '10719', 10, [13.333, 52.5041], 239, [13.2935, 52.4968]],
        ['Torstraße', '10119', 1, [13.4141, 52.528], 231, [13.3897, 52.5273]],
        ['Platz der Republik', '11011', 1, [13.3762, 52.5186]],
        ['Hauptstraße', '10827', 1, [13.3601, 52.4902], 160, [13.346, 52.4807]],
      ],
    },
    {
      name: 'Hamburg',
      region: 'Hamburg',
      at: [9.9937, 53.5511],
      streets: [
        ['Mönckebergstraße', '20095', 1, [10.0059, 53.5522], 31, [9.9954, 53.5508]],
        ['Reeperbahn', '20359', 1, [9.9688, 53.5498], 174, [9.9573, 53.5496]],
      ],
    },
    {
      name: 'München',
      also: ['Munich'],
      region: 'Bayern',
      at: [11.582, 48.1351],
      streets: [
        ['Leopoldstraße', '80802', 1, [11.5826, 48.1531], 250, [11.5876, 48.1742]],
        ['Maximilianstraße', '80539', 1, [11.5786, 48.1393], 60, [11.5899, 48.1373]],
        ['Marienplatz', '80331', 1, [11.5755, 48.1374], 28, [11.5747, 48.1367]],
      ],
    },
    {
      name: 'Frankfurt am Main',
      also: ['Frankfurt'],
      region: 'Hessen',
      at: [8.6821, 50.1109],
      streets: [['Zeil', '60313', 1, [8.6935, 50.115], 129, [8.6793, 50.1141]]],
    },
    {
      name: 'Köln',
      also: ['Cologne'],
      region: 'Nordrhein-Westfalen',
      at: [6.9603, 50.9375],
      streets: [['Hohe Straße', '50667', 1, [6.9563, 50.9331], 164, [6.9568, 50.9404]]],
    },
    {
      name: 'Stuttgart',
      region: 'Baden-Württemberg',
      at: [9.1829, 48.7758],
      streets: [['Königstraße', '70173', 1, [9.1816, 48.7826], 84, [9.1736, 48.7733]]],
    },
  ],
};

const netherlands: CountryRow = {
  code: 'NLD',
  name: 'Nederland',
  also: ['NL', 'Netherlands', 'Holland'],
  at: [5.3, 52.1],
  order: 'street-number',
  regions: [
    { name: 'Noord-Holland', also: ['North Holland'], at: [4.8, 52.6] },
    { name: 'Zuid-Holland', also: ['South Holland'], at: [4.5, 52] },
    { name: 'Utrecht', at: [5.2, 52.1] },
  ],
  towns: [
    {
      name: 'Amsterdam',
      region: 'Noord-Holland',
      at: [4.9041, 52.3676],
      streets: [
        ['Prinsengracht', '1015 DK', 1, [4.8864, 52.3795], 259, [4.8838, 52.3753]],
        ['Prinsengracht', '1016 GV', 263, [4.884, 52.3752], 699, [4.8847, 52.3636]],
        ['Damrak', '1012 LG', 1, [4.8991, 52.3777], 99, [4.8942, 52.374]],
        ['Kalverstraat', '1012 PA', 1, [4.8922, 52.3727], 229, [4.8926, 52.3669]],
      ],
    },
    {
      name: 'Rotterdam',
      region: 'Zuid-Holland',
      at: [4.4777, 51.9244],
      streets: [['Coolsingel', '3011 AD', 1, [4.4796, 51.9184], 241, [4.4767, 51.9242]]],
    },
    {
      name: 'Den Haag',
      also: ['The Hague', "'s-Gravenhage"],
      region: 'Zuid-Holland',
      at: [4.3007, 52.0705],
      streets: [['Spuistraat', '2511 BC', 1, [4.3141, 52.0771], 89, [4.3102, 52.0765]]],
    },
    {
      name: 'Utrecht',
      region: 'Utrecht',
      at: [5.1214, 52.0907],
      streets: [['Oudegracht', '3511 AB', 1, [5.1172, 52.0964], 399, [5.1232, 52.0826]]],
    },
  ],
};

const austria: CountryRow = {
  code: 'AUT',
  name: 'Österreich',
  also: ['AT', 'Austria'],
  at: [14.1, 47.6],
  order: 'street-number',
  regions: [{ name: 'Wien', also: ['Vienna'], at: [16.37, 48.21] }],
  towns: [
    {
      name: 'Wien',
      also: ['Vienna'],
      region: 'Wien',
      at: [16.3738, 48.2082],
      streets: [
        ['Mariahilfer Straße', '1060', 1, [16.3627, 48.2023], 121, [16.3443, 48.1968]],
        ['Kärntner Straße', '1010', 1, [16.3718, 48.2077], 61, [16.3697, 48.2019]],
      ],
    },
  ],
};

export const centralEurope: readonly CountryRow[] = [germany, netherlands, austria];
