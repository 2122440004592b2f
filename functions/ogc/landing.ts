import { publicDocs } from '../../shared/docs/exposure.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { linkTo, linkToDocs, mediaTypes } from '../../shared/ogc/links.ts';
import { OgcLandingPage } from '../../shared/ogc/wire.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/ogc',
  operationId: 'getOgcLandingPage',
  summary: 'Get the landing page, from which a GIS client finds everything else',
  scope: 'any',
  basic: true,
  uses: { docs: publicDocs },
  success: { 200: OgcLandingPage },
  invalid: 400,
  problems: [],
});

export const handler = serve(route, async ({ docs, request }) => {
  const links = [
    linkTo(request, 'self', '', 'This page'),
    linkTo(request, 'service-desc', '/api', 'Definition of this API', mediaTypes.openApi),
    ...(docs.areShown() ? [linkToDocs(request)] : []),
    linkTo(request, 'conformance', '/conformance', 'Conformance classes'),
    linkTo(request, 'data', '/collections', 'Collections'),
  ];
  return {
    status: 200,
    body: {
      title: 'Hexfence',
      description: 'Geofences, where devices are, and where submissions were made, as OGC API Features.',
      links,
    },
  };
});
