import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandProblem } from '../command/problem.ts';

/**
 * Refuses a second stack in one directory, because each would overwrite the logs and the state of the other. A socket
 * serves as the lock: unlike a file with a process id, it is released as soon as its process ends, however that
 * happens.
 *
 * @returns releases the lock before the process ends
 */
export async function runAlone(directory: string, complaint: string): Promise<() => void> {
  const path = socketOf(directory);
  for (const isLastTry of [false, true]) {
    const held = await listen(path);
    if (held) {
      held.unref();
      return () => void held.close();
    }
    if (isLastTry || (await isAnswered(path))) throw new CommandProblem(complaint);
    rmSync(path, { force: true });
  }
  throw new CommandProblem(complaint);
}

/** In the folder for temporary files, because the path of a socket has a limit of some hundred characters. */
function socketOf(directory: string): string {
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  return join(tmpdir(), `hexfence-${name}.sock`);
}

function listen(path: string): Promise<Server | undefined> {
  const server = createServer((visitor) => visitor.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => resolve(server));
  });
}

/** Whether a process listens. If not, the socket is left over from a killed process. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}
