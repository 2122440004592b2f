import { escaped } from '../../../shared/mail/plain-text.ts';
import type { LocalAnswer } from '../gateway.ts';
import { countries, extent, type Street, type Town, towns } from '../location/gazetteer.ts';
import { type Page, showAt } from './page.ts';

export const placesPath = '/_hexfence/places';

/** All addresses that the local geocoder knows, at `/_hexfence/places`. */
export const placesAnswer = (): LocalAnswer => showAt(placesPath, () => page);

const introduction = `Here a small list replaces Amazon Location, which knows the whole world. It holds ${extent}, and finds an address by its street, number and town, or a town by its name.`;

/** `Market St 1–2399`: from the first house to the last. */
const streetLine = ({ name, stretches }: Street): string => {
  const [first, last] = [
    Math.min(...stretches.map((stretch) => stretch.first)),
    Math.max(...stretches.map((stretch) => stretch.last)),
  ];
  return `${name} ${first === last ? first : `${first}–${last}`}`;
};

const townName = ({ row, region }: Town): string =>
  [row.name, ...(region.row.name === row.name ? [] : [region.row.code ?? region.row.name])].join(', ');

const page: Page = (() => {
  const ofCountry = countries.map((country) => ({
    name: country.row.name,
    towns: towns.filter(({ region }) => region.country === country),
  }));
  const sections = ofCountry.map(({ name, towns: known }) => {
    const lines = known.map((town) => {
      const list = town.streets.map((street) => escaped(streetLine(street))).join(' · ');
      return `<p><b>${escaped(townName(town))}</b>${list ? `<br>${list}` : ''}</p>`;
    });
    return `<h2>${escaped(name)}</h2>\n${lines.join('\n')}`;
  });
  const lines = ofCountry.flatMap(({ name, towns: known }) =>
    known.flatMap((town) => {
      const where = `${townName(town)}, ${name}`;
      return [where, ...town.streets.map((street) => `${streetLine(street)}, ${where}`)];
    }),
  );
  return {
    title: 'Addresses that the local geocoder knows',
    body: `<p>${escaped(introduction)}</p>\n${sections.join('\n')}`,
    text: `${introduction}\n\n${lines.join('\n')}\n`,
  };
})();
