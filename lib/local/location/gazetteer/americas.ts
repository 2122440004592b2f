import type { CountryRow } from './rows.ts';

const canada: CountryRow = {
  code: 'CAN',
  name: 'Canada',
  also: ['CA'],
  at: [-106.3, 56.1],
  order: 'number-street',
  regions: [
    { name: 'Ontario', code: 'ON', at: [-85.3, 51.3] },
    { name: 'British Columbia', code: 'BC', at: [-127.6, 53.7] },
    { name: 'Quebec', code: 'QC', also: ['Québec'], at: [-71.8, 52.9] },
    { name: 'Alberta', code: 'AB', at: [-116.6, 53.9] },
  ],
  towns: [
    {
      name: 'Toronto',
      region: 'Ontario',
      at: [-79.3832, 43.6532],
      streets: [
        ['Queen St W', 'M5H 2N2', 1, [-79.3792, 43.6524], 299, [-79.3894, 43.6503]],
        ['King St W', 'M5H 1A1', 1, [-79.3778, 43.6491], 399, [-79.3915, 43.6462]],
        ['Bay St', 'M5H 2R2', 1, [-79.3771, 43.6417], 999, [-79.3868, 43.6639]],
        ['Front St W', 'M5V 2T6', 290, [-79.3871, 43.6426]],
      ],
    },
    {
      name: 'Ottawa',
      region: 'Ontario',
      at: [-75.6972, 45.4215],
      streets: [['Wellington St', 'K1A 0A9', 111, [-75.7009, 45.4236]]],
    },
    {
      name: 'Vancouver',
      region: 'British Columbia',
      subRegion: 'Metro Vancouver',
      at: [-123.1207, 49.2827],
      streets: [
        ['Robson St', 'V6E 1C2', 500, [-123.1166, 49.2793], 1799, [-123.1359, 49.2914]],
        ['Granville St', 'V6C 1T2', 200, [-123.1119, 49.2859], 1299, [-123.1265, 49.2768]],
        ['Main St', 'V6A 2T2', 100, [-123.0997, 49.2832], 1499, [-123.1007, 49.2706]],
      ],
    },
    {
      name: 'Montréal',
      region: 'Quebec',
      at: [-73.5673, 45.5017],
      streets: [
        ['Rue Sainte-Catherine O', 'H3B 1A7', 1, [-73.5648, 45.5098], 1499, [-73.577, 45.4968]],
        ['Rue Saint-Denis', 'H2X 3K4', 1200, [-73.5579, 45.5119], 4499, [-73.5815, 45.5246]],
      ],
    },
    {
      name: 'Calgary',
      region: 'Alberta',
      at: [-114.0719, 51.0447],
      streets: [['8th Ave SW', 'T2P 1G1', 100, [-114.064, 51.0457], 999, [-114.0815, 51.0458]]],
    },
  ],
};

const mexico: CountryRow = {
  code: 'MEX',
  name: 'México',
  also: ['MX'],
  at: [-102.6, 23.6],
  order: 'street-number',
  regions: [
    { name: 'Ciudad de México', also: ['CDMX', 'DF'], at: [-99.13, 19.43] },
    { name: 'Jalisco', at: [-103.6, 20.6] },
  ],
  towns: [
    {
      name: 'Ciudad de México',
      also: ['Mexico City', 'CDMX'],
      region: 'Ciudad de México',
      at: [-99.1332, 19.4326],
      streets: [
        ['Paseo de la Reforma', '06600', 1, [-99.1497, 19.436], 599, [-99.1777, 19.4232]],
        ['Avenida de los Insurgentes Sur', '06700', 1, [-99.1585, 19.4286], 599, [-99.1719, 19.4037]],
      ],
    },
    {
      name: 'Guadalajara',
      region: 'Jalisco',
      at: [-103.3496, 20.6597],
      streets: [['Avenida Juárez', '44100', 100, [-103.3444, 20.6743], 999, [-103.3564, 20.6749]]],
    },
  ],
};

const brazil: CountryRow = {
  code: 'BRA',
  name: 'Brasil',
  also: ['BR', 'Brazil'],
  at: [-51.9, -14.2],
  order: 'street-number',
  regions: [
    { name: 'São Paulo', code: 'SP', at: [-48.7, -22.2] },
    { name: 'Rio de Janeiro', code: 'RJ', at: [-42.7, -22.2] },
  ],
  towns: [
    {
      name: 'São Paulo',
      region: 'São Paulo',
      at: [-46.6333, -23.5505],
      streets: [
        ['Avenida Paulista', '01310-100', 1, [-46.6437, -23.5706], 2499, [-46.6624, -23.5554]],
        ['Rua Augusta', '01305-000', 100, [-46.6479, -23.5497], 2999, [-46.6687, -23.5647]],
      ],
    },
    {
      name: 'Rio de Janeiro',
      region: 'Rio de Janeiro',
      at: [-43.1729, -22.9068],
      streets: [
        ['Avenida Atlântica', '22021-001', 500, [-43.1703, -22.9639], 4239, [-43.1892, -22.9862]],
        ['Avenida Rio Branco', '20040-002', 1, [-43.1806, -22.8969], 299, [-43.1752, -22.9127]],
      ],
    },
  ],
};

export const americanCountries: readonly CountryRow[] = [canada, mexico, brazil];
