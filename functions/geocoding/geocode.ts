import { geocodeAddresses } from '../../shared/geocoding/geocoder.ts';
import { geocodeWorkers } from '../../shared/geocoding/pace.ts';
import { geocodingRuns } from '../../shared/geocoding/run-worker.ts';
import { DecideMessage } from '../../shared/messages/decide-batch.ts';
import { ChunkMessage } from '../../shared/messages/geocode.ts';
import { SyncMessage } from '../../shared/messages/sync.ts';
import { work } from '../../shared/worker/work.ts';
import { defineWorker } from '../../shared/worker/worker.ts';

export const worker = defineWorker({
  summary: 'Geocode a chunk of addresses within the quota of the account',
  // One chunk at a time for each of the workers that share the quota.
  source: { kind: 'queue', batchSize: 1, maxConcurrency: geocodeWorkers },
  message: ChunkMessage,
  uses: { geocoder: geocodeAddresses, runs: geocodingRuns([DecideMessage, SyncMessage]) },
  impact: 'Addresses are not geocoded: imports of addresses answer that they should be retried.',
});

export const handler = work(worker, ({ message, geocoder, runs }) => runs.geocode(message, geocoder));
