import type { FaultSettings } from './faults.ts';

/** The body of an answer with status 200 that replaces the results of a search. */
export function garbage(form: NonNullable<FaultSettings['garbage']>, text: string): string {
  switch (form) {
    case 'not-json':
      return '<html><body>It works!</body></html>';
    case 'wrong-shape':
      return JSON.stringify({ Summary: { Text: text }, Results: [{ Place: { Label: text, Geometry: {} } }] });
    case 'out-of-range': {
      const Place = { Label: text, Geometry: { Point: [-1220.3118, 373.318] }, Country: 'USA' };
      return JSON.stringify({ Summary: { Text: text, DataSource: 'Esri' }, Results: [{ Place, Relevance: 7 }] });
    }
  }
}
