import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Certificate, localCertificate } from '../../support/certificate.ts';
import { Answers } from './answers.ts';
import type { RecordedCall } from './recording.ts';

/** AWS on this machine, in a process of its own: it returns the recorded responses and checks no signature. */

export interface StubReady {
  readonly port: number;
  readonly cert: Certificate['cert'];
}

let answers = new Answers([]);

process.on('message', (calls: readonly RecordedCall[]) => {
  answers = new Answers(calls);
  process.send?.('ready');
});
process.on('disconnect', () => process.exit());

const certificate = await localCertificate();
const server = createServer(certificate, async (request, response) => {
  const body = await text(request);
  const answer = answers.find(String(request.headers['x-amz-target']), JSON.parse(body));
  const refusal = { __type: 'NotRecorded', message: `${request.headers['x-amz-target']} ${body}` };
  const sent = answer ?? JSON.stringify(refusal);
  response.writeHead(answer === undefined ? 400 : 200, {
    'Content-Type': 'application/x-amz-json-1.0',
    'Content-Length': Buffer.byteLength(sent),
    // The headers of DynamoDB.
    'x-amzn-RequestId': 'QU5TV0VSRUQ6UkVDT1JERUQ6QU5TV0VSRUQ6UkVDT1JERUQ6QU5T',
    'x-amz-crc32': '2745614147',
    Server: 'Server',
    Connection: 'keep-alive',
  });
  response.end(sent);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port, cert: certificate.cert } satisfies StubReady);
});
