import type { Plugin } from 'esbuild';

/** Modules of zod that functions have no use for, with what stands in for each. */
const replaced: Readonly<Record<string, string>> = {
  // Callers are told of failed fields in the house's own words (shared/http/messages.ts); in a log an issue has its code.
  'locales/en': 'export default () => ({ localeError: () => undefined });',
  // Watches for values that hold themselves. All that is read comes from JSON, in which none can.
  'core/memoizer':
    'const none = () => undefined; export { none as memoizer, none as isBackEdge, none as isRecursiveSchema };',
};

/** Leaves those modules out of functions, 6 kB of each. */
export const leanZod: Plugin = {
  name: 'lean-zod',
  setup({ onLoad }) {
    const names = Object.keys(replaced).join('|').replaceAll('/', '[\\\\/]');
    onLoad({ filter: new RegExp(`[\\\\/]zod[\\\\/]v4[\\\\/](${names})\\.js$`) }, ({ path }) => {
      const name = path.split(/[\\/]/).slice(-2).join('/').replace(/\.js$/, '');
      return { contents: replaced[name] ?? '', loader: 'js' };
    });
  },
};
