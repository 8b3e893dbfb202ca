import { createServer } from 'node:net';
import { RelayError } from './errors.ts';

/**
 * Finds out whether a port can be listened on, before anything else is begun that would have to be taken back.
 * @param host as for `listen`; all addresses without it
 * @throws {RelayError} where something else uses the port, or this user may not
 */
export async function requireFreePort(port: number, host?: string): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EADDRINUSE') {
      const remedy = 'end what uses it, or set PORT to another one';
      throw new RelayError(`port ${port} is in use`, { remedy, cause: error });
    }
    if (code === 'EACCES') {
      throw new RelayError(`this user may not listen on port ${port}`, {
        remedy: 'set PORT to one above 1023',
        cause: error,
      });
    }
    throw error;
  }
  await new Promise((done) => server.close(done));
}
