import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * An SDK client imports its package.json to read its version. That would add the whole file, 2 kB, to every function.
 */
export const clientVersion: Plugin = {
  name: 'client-version',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};
