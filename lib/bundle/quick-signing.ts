import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const path = fileURLToPath(import.meta.resolve('./signing-crypto.ts'));

/** Replaces the hash functions of aws4 by those of `signing-crypto.ts`. */
export const quickSigning: Plugin = {
  name: 'quick-signing',
  setup({ onResolve }) {
    onResolve({ filter: /^crypto$/ }, ({ importer }) => (/[\\/]aws4[\\/]/.test(importer) ? { path } : undefined));
  },
};
