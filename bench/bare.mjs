/*
 * The floor of most lines, in a process of its own: a socket.io server that acknowledges at once, websocket only, and
 * nothing else. With DATABASE_URL it acknowledges when PostgreSQL has committed the message, each by itself. A POST to
 * /bell is told to all sockets; with DESK_URL it reads that address first.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const { PORT, DATABASE_URL, DESK_URL, DESK_TOKEN } = process.env;
const keep = DATABASE_URL ? await openTable(DATABASE_URL) : undefined;
let seq = 0;

async function openTable(connectionString) {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString, max: 10 });
  await pool.query('CREATE TABLE message (id text PRIMARY KEY, at bigint NOT NULL, words text NOT NULL)');
  return ({ id, text }) =>
    pool.query({ name: 'keep', text: 'INSERT INTO message VALUES ($1, $2, $3)', values: [id, Date.now(), text] });
}

async function ring() {
  if (DESK_URL) {
    const { request } = await import('undici');
    const { body } = await request(DESK_URL, { headers: { 'api-access-token': DESK_TOKEN } });
    await body.json();
  }
  seq += 1;
  io.emit('event', { log: 'abcdefghijklmnopqrstuv', event: { seq, kind: 'message', message: { author: {} } } });
}

const http = createServer((req, res) => {
  req.on('data', () => {});
  req.on('end', () => {
    res.writeHead(200, { 'content-length': 0 }).end();
    if (req.url === '/bell') void ring();
  });
});
const io = new Server(http, { transports: ['websocket'], serveClient: false });
io.on('connection', (socket) => {
  socket.on('message:send', (message, answer) => {
    seq += 1;
    const reply = { ok: true, value: { log: 'abcdefghijklmnopqrstuv', seq, at: Date.now() } };
    if (keep) void keep(message).then(() => answer(reply));
    else answer(reply);
  });
});
process.once('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
http.listen(Number(PORT ?? 0), '127.0.0.1', () => console.log(`http://127.0.0.1:${http.address().port}`));
