import { closeSync, fdatasyncSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express from 'express';

/*
 * More floors, in a process of their own: an HTTP server that reads the body, Express that does the same, and the disk.
 * Usage: floor.ts <folder of the database>
 */

const folder = process.argv[2] ?? '.';
const port = (server: ReturnType<typeof createServer>) => (server.address() as AddressInfo).port;
const listening = (server: ReturnType<typeof createServer>) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

const bare = createServer((req, res) => {
  let bytes = 0;
  req.on('data', (chunk: Buffer) => (bytes += chunk.length));
  req.on('end', () => res.writeHead(bytes > 0 ? 200 : 400, { 'content-length': 0 }).end());
});

const app = express();
app.post('/', express.raw({ type: () => true, limit: '1mb' }), (_req, res) => void res.status(200).end());
const plain = createServer(app);

/** Writes 4 KiB and waits for the disk, again and again. Microseconds each. */
function sync(ms: number): number[] {
  const file = join(folder, 'floor.bin');
  const page = Buffer.alloc(4_096, 7);
  const pages = 1_024;
  const fd = openSync(file, 'w');
  // A database's log is overwritten in place most of the time: no growing file here either.
  for (let i = 0; i < pages; i += 1) writeSync(fd, page, 0, page.length, i * page.length);
  fdatasyncSync(fd);
  const took: number[] = [];
  const end = performance.now() + ms;
  for (let i = 0; performance.now() < end; i = (i + 1) % pages) {
    const begun = performance.now();
    writeSync(fd, page, 0, page.length, i * page.length);
    fdatasyncSync(fd);
    took.push((performance.now() - begun) * 1_000);
  }
  closeSync(fd);
  unlinkSync(file);
  return took;
}

await Promise.all([bare, plain].map(listening));
process.on('message', ({ syncMs }: { syncMs?: number }) =>
  process.send?.(syncMs === undefined ? port(plain) : sync(syncMs)),
);
process.on('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
console.log(`http://127.0.0.1:${port(bare)}`);
