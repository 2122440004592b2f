/**
 * The whole HTTP surface, one line an endpoint; the name is the file. Adding an endpoint is its file and its line here.
 */
export * as 'service/health' from './service/health.ts';
