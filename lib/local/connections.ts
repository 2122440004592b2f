import { connectAsync } from 'mqtt';
import { originForm } from './forward.ts';
import type { LocalAnswer } from './gateway.ts';

/**
 * Answers `DeleteConnection` of IoT Core's data plane, which the emulator lacks. It connects with the client's id, so that
 * the emulator ends the client's connection, and then disconnects. The emulator accepts connections without a certificate.
 */

const connectionPath = /^\/connections\/([^/]+)$/;
const longestMilliseconds = 5000;

export function connectionsAnswer(mqttPort: number): LocalAnswer {
  return (request, response) => {
    const path = originForm(request.url!).split('?', 1)[0]!;
    const clientId = request.method === 'DELETE' ? connectionPath.exec(path)?.[1] : undefined;
    if (clientId === undefined) return false;
    request.resume();
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    takeOver(mqttPort, decodeURIComponent(clientId)).then(
      () => answer(200, {}),
      (error: Error) => answer(500, { __type: 'InternalFailureException', message: `The broker: ${error.message}` }),
    );
    return true;
  };
}

async function takeOver(port: number, clientId: string): Promise<void> {
  const client = await connectAsync(
    `mqtts://127.0.0.1:${port}`,
    // The emulator's own authority has issued the broker's certificate, and the connection stays on this machine.
    { clientId, clean: true, rejectUnauthorized: false, reconnectPeriod: 0, connectTimeout: longestMilliseconds },
    false,
  );
  await client.endAsync();
}
