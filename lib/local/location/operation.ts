import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { type Failure, sendFailure } from './failure.ts';
import type { FaultSettings, Faults } from './faults.ts';
import { readSearchBody, type SearchBody } from './request.ts';
import { type Result, search } from './search.ts';
import { sendAwsJson } from './send.ts';
import type { Traffic } from './traffic.ts';

export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly indexName: string;
  readonly faults: Faults;
  readonly traffic: Traffic;
  /** Receives a text that the gazetteer does not know. */
  readonly onMiss: (text: string) => void;
}

const throttled: Failure = { type: 'ThrottlingException', message: 'Rate exceeded' };
const failed: Failure = { type: 'InternalServerException', message: 'Internal server error' };

/** Prefix of the platform's place indexes; any other index does not exist. */
const indexPrefix = 'hexfence-';

/** Answers `SearchPlaceIndexForText` as Amazon Location does with Esri's data, or with a fault. */
export async function answerSearch(call: Call): Promise<void> {
  const { request, response, traffic } = call;
  const read = readSearchBody(await text(request));
  traffic.begin('body' in read ? read.body.Text : '', performance.now());
  response.once('close', () => traffic.end());
  const failure = 'failure' in read ? read.failure : missingIndex(call.indexName);
  if (failure) {
    traffic.count('refused');
    sendFailure(response, failure);
  } else if ('body' in read) await answer(call, read.body);
}

async function answer({ response, faults, traffic, onMiss }: Call, body: SearchBody): Promise<void> {
  const isConcerned = faults.concern(body.Text);
  const fault = isConcerned ? faults.next(performance.now()) : undefined;
  if (fault === 'throttle') {
    traffic.count('throttled');
    return sendFailure(response, throttled);
  }
  const { latencyMilliseconds, garbage: form } = faults.settings;
  if (isConcerned && latencyMilliseconds > 0) await setTimeout(latencyMilliseconds, undefined, { ref: false });
  if (response.destroyed) return;
  if (fault === 'hang') return traffic.count('hung');
  if (fault === 'fail') {
    traffic.count('failed');
    return sendFailure(response, failed);
  }
  traffic.count('answered');
  if (search({ text: body.Text, limit: 1 }).length === 0) onMiss(body.Text);
  sendAwsJson(response, 200, isConcerned && form ? garbage(form, body.Text) : JSON.stringify(resultsOf(body)));
}

function missingIndex(indexName: string): Failure | undefined {
  if (indexName.startsWith(indexPrefix)) return undefined;
  return { type: 'ResourceNotFoundException', message: `Place index ${indexName} not found` };
}

function resultsOf(body: SearchBody) {
  const Results = search({
    text: body.Text,
    near: body.BiasPosition,
    box: body.FilterBBox,
    countries: body.FilterCountries,
    categories: body.FilterCategories,
    limit: body.MaxResults,
  });
  return { Summary: { ...body, DataSource: 'Esri', ResultBBox: boxAround(Results) }, Results };
}

function boxAround(results: readonly Result[]): number[] | undefined {
  if (results.length === 0) return undefined;
  const points = results.map(({ Place }) => Place.Geometry.Point);
  const longitudes = points.map(([longitude]) => longitude);
  const latitudes = points.map(([, latitude]) => latitude);
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}

/** An unreadable response with status 200, in place of the results of a search. */
function garbage(form: NonNullable<FaultSettings['garbage']>, text: string): string {
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
