import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { OgcConformance } from '../../shared/ogc/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc/conformance',
  operationId: 'getOgcConformance',
  summary: 'List the conformance classes of OGC API Features that this API meets',
  scope: 'any',
  basic: true,
  uses: {},
  success: { 200: OgcConformance },
  invalid: 400,
  problems: [],
});

const classes = ['core', 'oas30', 'geojson'];

export const handler = serve(route, async () => ({
  status: 200,
  body: { conformsTo: classes.map((name) => `http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/${name}`) },
}));
