import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Marks calls of `defineCapability` as free of side effects, which esbuild cannot see across files. A file may
 * therefore hold several capabilities: the bundle of a function includes only those that it uses, with the code that
 * they need.
 */
export const pureCapabilities: Plugin = {
  name: 'pure-capabilities',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]shared[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return {
        contents: source.replaceAll(/(?<== )(?=defineCapability[(<])/g, '/* @__PURE__ */ '),
        loader: 'ts',
      };
    });
  },
};
