import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Marks calls of `defineCapability` as free of side effects, which esbuild cannot see across files. So a file may hold
 * several capabilities: a function is bundled with those that it uses, and with what only those need.
 */
export const pureCapabilities: Plugin = {
  name: 'pure-capabilities',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]shared[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return {
        contents: source.replaceAll(/(?<== )defineCapability\(/g, '/* @__PURE__ */ defineCapability('),
        loader: 'ts',
      };
    });
  },
};
