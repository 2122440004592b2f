import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** An SDK client reads its version from its package.json, and would bring all of it along: 2 kB in every function. */
export const clientVersion: Plugin = {
  name: 'client-version',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[\w-]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};
