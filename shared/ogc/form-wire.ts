import * as z from 'zod';
import { keptObject } from '../wire/free-object.ts';
import { examplePage, pageOf } from './feature-wire.ts';
import { links } from './wire.ts';

/** Features of the collections of forms, as GeoJSON. */

const geometry = z
  .object({ type: z.enum(['Point', 'LineString']), coordinates: z.array(z.unknown()) })
  .meta({ id: 'SubmissionGeometry' });

const feature = {
  type: z.literal('Feature'),
  id: z.string(),
  geometry,
  properties: keptObject().meta({
    description: 'The submission, the field, and the answers by field id, as in the export as GeoJSON.',
  }),
};

const submissionId = '01957e2b-a423-7c3e-8a51-3f2d6c0e8b11';
const example: z.input<typeof FeatureOfMany> = {
  type: 'Feature',
  id: `${submissionId}.gps`,
  geometry: { type: 'Point', coordinates: [-78.5243, -0.2295] },
  properties: {
    submission_id: submissionId,
    form_id: '01957e2b-a421-7c3e-8a51-3f2d6c0e8b11',
    field_id: 'gps',
    collected_at: '2026-03-17T14:35:00Z',
    full_name: 'Maria Lopez',
  },
};

const FeatureOfMany = z.object(feature).meta({ id: 'SubmissionFeature' });

export const SubmissionFeature = z
  .object({ ...feature, links })
  .meta({ id: 'LinkedSubmissionFeature', example: { ...example, links: [] } });

export const SubmissionFeatures = pageOf(FeatureOfMany).meta({
  id: 'SubmissionFeatures',
  example: { ...examplePage, features: [example] },
});
