// A bot that wants to know what happens: `events: [session.start, session.resume, handoff]` and `history: 10` in
// baton.yaml, then `BOT_SECRET=… node examples/event-bot.mjs`. What comes and goes is described in docs/bots.md.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = process.env.BOT_SECRET ?? '';
const say = (text, ...replies) => ({ type: 'message', text, quick_replies: replies.map((title) => ({ title })) });

/** One answer for each kind of turn. What is said to `handoff.accepted` and `handoff.ended` is shown to nobody. */
const answers = {
  'session.start': () => [say('Welcome. I know about orders.', 'Where is my order?')],
  'session.resume': ({ session: { previous } }) => {
    // A person at the desk gave the visitor back with `/bot ask for the order number`.
    if (previous.instruction) return [say(`I was asked to go on: ${previous.instruction}`)];
    return [{ type: 'context', set: { known: previous.briefing ?? '' } }];
  },
  'handoff.failed': () => [say('Nobody could be reached just now. Shall I try to help?', 'Yes', 'Try again later')],
  'handoff.cancelled': () => [say('Then it is me again.')],
  message({ message, history = [], errors = [] }) {
    // What came to nothing in the last answer, such as a team that is not configured.
    for (const { code, name } of errors) console.warn(`${code} ${name ?? ''}`);
    if (/person|human/i.test(message.text)) return [{ type: 'handoff', reason: 'visitor_asked' }];
    if (/bye/i.test(message.text)) return [{ type: 'close', text: 'Goodbye.', resolve: true }];
    if (/order/i.test(message.text)) return [say('It is on its way.')];
    return [{ type: 'fallback', text: `I do not know that yet; we have said ${history.length} things before.` }];
  },
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  const time = request.headers['x-handoff-timestamp'];
  const wanted = `v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
  const signed = Buffer.from(String(request.headers['x-handoff-signature']));
  const isOurs = signed.length === wanted.length && timingSafeEqual(signed, Buffer.from(wanted));
  if (!isOurs || Math.abs(Date.now() / 1000 - time) > 300) return response.writeHead(401).end();

  const turn = JSON.parse(body);
  const actions = Object.hasOwn(answers, turn.type) ? answers[turn.type](turn) : [];
  const answer = { v: 1, turn: turn.turn, epoch: turn.epoch, actions };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
server.listen(process.env.PORT ?? 5000, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
