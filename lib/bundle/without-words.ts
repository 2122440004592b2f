import type { Plugin } from 'esbuild';

/**
 * zod brings English messages, 3 kB of a bundle. Callers are told of failed fields in the house's own words
 * (`shared/http/messages.ts`); in a log an issue has its code and its path.
 */
export const withoutWords: Plugin = {
  name: 'without-words',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]en\.js$/ }, () => ({
      contents: 'export default () => ({ localeError: () => undefined });',
      loader: 'js',
    }));
  },
};
