import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const path = fileURLToPath(import.meta.resolve('./signing-crypto.ts'));

/** Gives aws4 the hashes of `signing-crypto.ts`. */
export const quickSigning: Plugin = {
  name: 'quick-signing',
  setup({ onResolve }) {
    onResolve({ filter: /^crypto$/ }, ({ importer }) => (/[\\/]aws4[\\/]/.test(importer) ? { path } : undefined));
  },
};
