// A bot of your own: `BOT_SECRET=… node examples/webhook-bot.mjs`. What comes and goes is described in docs/bots.md.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = process.env.BOT_SECRET ?? '';

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  const time = request.headers['x-handoff-timestamp'];
  const wanted = `v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
  const signed = Buffer.from(String(request.headers['x-handoff-signature']));
  const isOurs = signed.length === wanted.length && timingSafeEqual(signed, Buffer.from(wanted));
  if (!isOurs || Math.abs(Date.now() / 1000 - time) > 300) return response.writeHead(401).end();

  const { turn, epoch, message, context } = JSON.parse(body);
  // A bot keeps nothing: what it wants to know next time, such as what was said, travels in the context.
  const said = [...(context.vars.said ?? []), message.text].slice(-20);
  const actions = /person|human/i.test(message.text)
    ? [{ type: 'handoff', reason: 'visitor_asked', summary: said.join('\n') }]
    : [{ type: 'message', text: `You said **${message.text}**; that was message ${said.length}.` }];
  actions.unshift({ type: 'context', set: { said } });
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ v: 1, turn, epoch, actions }));
});
server.listen(process.env.PORT ?? 5000, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
