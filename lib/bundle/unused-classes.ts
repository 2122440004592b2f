import type { Plugin } from 'esbuild';

/** Classes that the SDK carries for ways of working that no function has, and why none has. */
const unused: Readonly<Record<string, string>> = {
  Sha256Js: 'Node.js hashes by itself.',
  DefaultRateLimiter: 'Retries are standard, not adaptive.',
};

/** Leaves those classes out of functions, 6 kB of each; whatever made one would say so. */
export const unusedClasses: Plugin = {
  name: 'unused-classes',
  setup({ onLoad }) {
    const names = Object.keys(unused).join('|');
    onLoad({ filter: new RegExp(`[\\\\/]@smithy[\\\\/]core[\\\\/].*[\\\\/](${names})\\.js$`) }, ({ path }) => {
      const name = /(\w+)\.js$/.exec(path)?.[1] ?? '';
      const contents = `export class ${name} { constructor() { throw new Error('${unused[name]}'); } }`;
      return { contents, loader: 'js' };
    });
  },
};
