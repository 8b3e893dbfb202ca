import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { requireFreePort } from './free-port.ts';

test('a port in use is told with what to do; once it is free it may be used', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const { port } = other.address() as AddressInfo; // a string only for pipes
  const told = { message: `port ${port} is in use`, remedy: expect.stringContaining('set PORT') };
  await expect(requireFreePort(port, '127.0.0.1')).rejects.toMatchObject(told);
  await new Promise((done) => other.close(done));
  await requireFreePort(port, '127.0.0.1');
  await requireFreePort(port, '127.0.0.1'); // it is left free
});
