import type { CountryRow } from './rows.ts';

const france: CountryRow = {
  code: 'FRA',
  name: 'France',
  also: ['FR'],
  at: [2.5, 46.6],
  order: 'number-street',
  regions: [
    { name: 'Île-de-France', at: [2.5, 48.7] },
    { name: 'Auvergne-Rhône-Alpes', at: [4.5, 45.4] },
    { name: "Provence-Alpes-Côte d'Azur", also: ['PACA'], at: [6.1, 43.9] },
  ],
  towns: [
    {
      name: 'Paris',
      region: 'Île-de-France',
      at: [2.3522, 48.8566],
      streets: [
        ['Rue de Rivoli', '75004', 1, [2.3608, 48.8556], 99, [2.3451, 48.8593]],
        ['Rue de Rivoli', '75001', 100, [2.3451, 48.8593], 258, [2.3251, 48.8657]],
        ['Avenue des Champs-Élysées', '75008', 1, [2.3106, 48.8687], 156, [2.2958, 48.8736]],
        ['Rue du Faubourg Saint-Honoré', '75008', 55, [2.3166, 48.8704]],
        ['Rue du Faubourg Saint-Honoré', '75008', 56, [2.3163, 48.8708], 281, [2.2987, 48.8776]],
        ['Boulevard Saint-Germain', '75005', 1, [2.3553, 48.8493], 119, [2.3393, 48.8525]],
        ['Boulevard Saint-Germain', '75007', 120, [2.3393, 48.8525], 288, [2.3199, 48.8612]],
        ['Rue de la Paix', '75002', 1, [2.3305, 48.8683], 25, [2.3316, 48.8704]],
      ],
    },
    {
      name: 'Lyon',
      region: 'Auvergne-Rhône-Alpes',
      at: [4.8357, 45.764],
      streets: [
        ['Rue de la République', '69002', 1, [4.836, 45.7674], 89, [4.8345, 45.7583]],
        ['Cours Lafayette', '69003', 1, [4.8404, 45.7638], 299, [4.8678, 45.7639]],
      ],
    },
    {
      name: 'Marseille',
      also: ['Marseilles'],
      region: "Provence-Alpes-Côte d'Azur",
      at: [5.3698, 43.2965],
      streets: [['La Canebière', '13001', 1, [5.3744, 43.2957], 149, [5.3842, 43.2991]]],
    },
  ],
};

const spain: CountryRow = {
  code: 'ESP',
  name: 'España',
  also: ['ES', 'Spain'],
  at: [-3.7, 40.3],
  order: 'street-number',
  regions: [
    { name: 'Comunidad de Madrid', also: ['Madrid'], at: [-3.7, 40.4] },
    { name: 'Cataluña', also: ['Catalonia', 'Catalunya'], at: [1.5, 41.8] },
    { name: 'Andalucía', also: ['Andalusia'], at: [-4.7, 37.5] },
  ],
  towns: [
    {
      name: 'Madrid',
      region: 'Comunidad de Madrid',
      at: [-3.7038, 40.4168],
      streets: [
        ['Calle Mayor', '28013', 1, [-3.7046, 40.4165], 90, [-3.7137, 40.4155]],
        ['Calle de Alcalá', '28014', 1, [-3.7024, 40.4169], 59, [-3.6931, 40.4196]],
        ['Calle de Alcalá', '28009', 60, [-3.6889, 40.4203], 199, [-3.6722, 40.4294]],
        ['Gran Vía', '28013', 1, [-3.6975, 40.419], 86, [-3.711, 40.4232]],
        ['Paseo de la Castellana', '28046', 1, [-3.6899, 40.4256], 259, [-3.6873, 40.4776]],
      ],
    },
    {
      name: 'Barcelona',
      region: 'Cataluña',
      at: [2.1734, 41.3851],
      streets: [
        ['La Rambla', '08002', 1, [2.1767, 41.3763], 140, [2.1702, 41.3857]],
        ['Passeig de Gràcia', '08007', 1, [2.1691, 41.3882], 132, [2.1592, 41.3974]],
        ['Carrer de Mallorca', '08013', 401, [2.1744, 41.4036]],
      ],
    },
    {
      name: 'Sevilla',
      also: ['Seville'],
      region: 'Andalucía',
      at: [-5.9845, 37.3891],
      streets: [['Calle Sierpes', '41004', 1, [-5.9947, 37.3926], 90, [-5.9944, 37.3893]]],
    },
  ],
};

const italy: CountryRow = {
  code: 'ITA',
  name: 'Italia',
  also: ['IT', 'Italy'],
  at: [12.5, 42.8],
  order: 'street-number',
  regions: [
    { name: 'Lazio', at: [12.8, 41.9] },
    { name: 'Lombardia', also: ['Lombardy'], at: [9.8, 45.6] },
    { name: 'Toscana', also: ['Tuscany'], at: [11.1, 43.4] },
  ],
  towns: [
    {
      name: 'Roma',
      also: ['Rome'],
      region: 'Lazio',
      at: [12.4964, 41.9028],
      streets: [
        ['Via del Corso', '00186', 1, [12.4768, 41.9101], 525, [12.4826, 41.8966]],
        ['Via Nazionale', '00184', 1, [12.4944, 41.9018], 251, [12.4864, 41.8968]],
        ['Via dei Condotti', '00187', 1, [12.4817, 41.9055], 94, [12.4784, 41.9047]],
      ],
    },
    {
      name: 'Milano',
      also: ['Milan'],
      region: 'Lombardia',
      at: [9.19, 45.4642],
      streets: [
        ['Corso Buenos Aires', '20124', 1, [9.2056, 45.4747], 92, [9.2155, 45.485]],
        ['Via Montenapoleone', '20121', 1, [9.1973, 45.4671], 29, [9.1946, 45.4693]],
      ],
    },
    {
      name: 'Firenze',
      also: ['Florence'],
      region: 'Toscana',
      at: [11.2558, 43.7696],
      streets: [["Via de' Tornabuoni", '50123', 1, [11.2513, 43.7698], 99, [11.2516, 43.7721]]],
    },
  ],
};

export const southernEurope: readonly CountryRow[] = [france, spain, italy];
