import type { Plugin } from 'esbuild';

/**
 * Functions get the client of HTTP/1.1 out of undici and nothing else: the whole package has twice the size, and its
 * HTTP/2 needs a module of Node.js that its client would load with `require`.
 */
export const leanUndici: Plugin = {
  name: 'lean-undici',
  setup({ onResolve, onLoad }) {
    const namespace = 'lean-undici';
    const contents = {
      // The package itself gives its dispatchers their methods.
      client: [
        "import Client from 'undici/lib/dispatcher/client.js';",
        "import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';",
        "import request from 'undici/lib/api/api-request.js';",
        'Dispatcher.prototype.request = request;',
        'export { Client };',
      ].join('\n'),
      http2: "module.exports = () => { throw new Error('Targets are called over HTTP/1.1.'); };",
    };
    onResolve({ filter: /^undici$/ }, ({ resolveDir: pluginData }) => ({ path: 'client', namespace, pluginData }));
    onResolve({ filter: /client-h2(\.js)?$/ }, () => ({ path: 'http2', namespace }));
    onLoad({ filter: /.*/, namespace }, ({ path, pluginData: resolveDir }) => ({
      contents: contents[path as keyof typeof contents],
      ...(resolveDir === undefined ? {} : { resolveDir: resolveDir as string }),
    }));
  },
};
