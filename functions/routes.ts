/**
 * The whole HTTP surface, one line an endpoint; the name is the file. Adding an endpoint is its file and its line here.
 */
export * as 'account/list-api-keys' from './account/list-api-keys.ts';
export * as 'geofences/cells' from './geofences/cells.ts';
export * as 'geofences/check' from './geofences/check.ts';
export * as 'geofences/create' from './geofences/create.ts';
export * as 'geofences/delete' from './geofences/delete.ts';
export * as 'geofences/explain' from './geofences/explain.ts';
export * as 'geofences/get' from './geofences/get.ts';
export * as 'geofences/list' from './geofences/list.ts';
export * as 'geofences/patch' from './geofences/patch.ts';
export * as 'geofences/remove' from './geofences/remove.ts';
export * as 'geofences/replace' from './geofences/replace.ts';
export * as 'geofences/update' from './geofences/update.ts';
export * as 'ogc/api' from './ogc/api.ts';
export * as 'ogc/conformance' from './ogc/conformance.ts';
export * as 'ogc/get-collection' from './ogc/get-collection.ts';
export * as 'ogc/get-item' from './ogc/get-item.ts';
export * as 'ogc/landing' from './ogc/landing.ts';
export * as 'ogc/list-collections' from './ogc/list-collections.ts';
export * as 'ogc/list-items' from './ogc/list-items.ts';
export * as 'service/api-docs' from './service/api-docs.ts';
export * as 'service/docs' from './service/docs.ts';
export * as 'service/docs-assets' from './service/docs-assets.ts';
export * as 'service/docs-error' from './service/docs-error.ts';
export * as 'service/fallback' from './service/fallback.ts';
export * as 'service/health' from './service/health.ts';
export * as 'service/jwks' from './service/jwks.ts';
export * as 'service/openapi' from './service/openapi.ts';
export * as 'service/specs' from './service/specs.ts';
export * as 'workspaces/get' from './workspaces/get.ts';
export * as 'workspaces/update' from './workspaces/update.ts';
