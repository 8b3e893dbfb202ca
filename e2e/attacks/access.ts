import { createHmac } from 'node:crypto';
import { quantile } from '../kit/numbers.ts';
import { checks, judged, notBuilt, type Row } from '../kit/rows.ts';
import { hello, newId, openTalker, openWire, type Reply } from '../kit/wire.ts';
import { logOf, seen, takenUp, textsOf, until, webhookAddress } from './parts.ts';
import { stranger, type World } from './world.ts';

/* A1 to A20: whose conversation it is, and who may know of it. */

const refusalOf = (reply: Reply) => (reply.ok ? 'ok' : reply.refusal);
const talker = ({ url }: World) => openTalker(url, { from: stranger() });

/** Says hello on a socket of its own. */
async function helloWith(world: World, body: object, site = 'demo'): Promise<Reply> {
  using wire = await world.wire({ site });
  return await wire.ask('hello', { version: 1, language: 'en', ...body });
}

export const access: Row<World>[] = [
  {
    id: 'A1',
    tried: "another visitor's conversation, named in each request with one's own token",
    async try(world) {
      using alice = await talker(world);
      using mallory = await talker(world);
      const { conversation } = JSON.parse(
        Buffer.from(alice.token.split('.')[1] ?? '', 'base64url').toString(),
      ) as Record<string, string>;
      const before = await textsOf(alice);
      const read = await mallory.ask('log:read', { after: 0, conversation, id: conversation });
      await mallory.ask('message:send', { id: newId(), text: 'canary of mallory', conversation, cid: conversation });
      const after = await textsOf(alice);
      const bleeding = JSON.stringify(read).includes(String(conversation));
      return checks([
        ["the reader's own log is answered", read.ok && !bleeding],
        ['nothing arrives in the other log', !after.includes('canary of mallory') && after.length >= before.length],
      ]);
    },
  },
  {
    id: 'A2',
    tried: 'the same at another site',
    async try(world) {
      using alice = await talker(world);
      return judged(refusalOf(await helloWith(world, { token: alice.token }, 'puppet')) === 'expired', 'expired');
    },
  },
  {
    id: 'A3',
    tried: 'join, subscribe and room by name',
    async try(world) {
      using wire = await world.wire();
      await hello(wire);
      for (const name of ['join', 'subscribe', 'room']) wire.send(`42["${name}","somebody"]`);
      const code = await Promise.race([wire.closed, new Promise((resolve) => setTimeout(resolve, 5_000))]);
      return judged(code !== undefined, code === undefined ? 'still open' : 'closed after three');
    },
  },
  {
    id: 'A4',
    tried: 'random tokens and links of files',
    async try(world) {
      let hits = 0;
      for (let i = 0; i < 300; i += 1) {
        const random = Buffer.from(newId() + newId()).toString('base64url');
        const { status } = await fetch(`${world.url}/files/${random}/${newId()}/0/${random}`);
        if (status === 200) hits += 1;
      }
      for (let i = 0; i < 20; i += 1) if ((await helloWith(world, { token: `v1.${newId()}.${newId()}` })).ok) hits += 1;
      return judged(hits === 0, `${hits} of 320`);
    },
  },
  {
    id: 'A5',
    tried: "a visitor's token for a conversation that is none of theirs",
    async try(world) {
      using alice = await talker(world);
      const [version, payload = '', mac] = alice.token.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
      const forged = Buffer.from(JSON.stringify({ ...claims, conversation: newId() })).toString('base64url');
      return judged(
        refusalOf(await helloWith(world, { token: [version, forged, mac].join('.') })) === 'expired',
        'expired',
      );
    },
  },
  {
    id: 'A6',
    tried: 'tokens with a bit flipped, cut off, without a signature, signed by others',
    async try(world) {
      using alice = await talker(world);
      const { token } = alice;
      const [, payload = '', mac = ''] = token.split('.');
      const bytes = Buffer.from(token);
      const flipped = Array.from({ length: 24 }, (_, i) => {
        const copy = Buffer.from(bytes);
        const at = 3 + Math.floor((i * (copy.length - 4)) / 24);
        copy[at] = (copy[at] ?? 0) ^ 1;
        return copy.toString('latin1');
      });
      const other = createHmac('sha256', 'secret').update(`v1.${payload}`).digest('base64url');
      const jwt = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
      const tokens = [
        ...flipped,
        token.slice(0, -1),
        `v1.${payload}`,
        `v1.${payload}.`,
        `v1.${payload}.${other}`,
        jwt,
        `v2.${payload}.${mac}`,
        `${token}=`,
        `${token}.x`,
        `../../${mac}`,
        "v1.' OR 1=1 --.x",
      ];
      const said = new Set<string>();
      for (const each of tokens) said.add(refusalOf(await helloWith(world, { token: each })));
      return judged([...said].join() === 'expired', `${tokens.length} tokens: ${[...said].join(', ')}`);
    },
  },
  notBuilt('A7', 'a revoked session', 'revocation'),
  {
    id: 'A8',
    tried: 'a token that was replaced is used again, and by two',
    async try() {
      return {
        verdict: 'elsewhere',
        figure: 'rotation takes a day as shipped; server/visitors/sessions.test.ts holds its clock',
      };
    },
  },
  notBuilt('A9', 'session fixation', 'identity'),
  notBuilt('A10', 'identify without proof', 'identity'),
  notBuilt('A11', 'identity tokens without end, for others', 'identity'),
  {
    id: 'A12',
    tried: "somebody else's e-mail and phone number, sent along",
    async try(world) {
      using wire = await world.wire();
      await hello(wire, { email: 'asha@sandbox.example', phone: '+49301234567', name: 'Asha Verma' });
      await wire.ask('message:send', { id: newId(), text: 'my mark a12', email: 'asha@sandbox.example' });
      const contacts = await fetch(`${world.stage.sandboxUrl}/api/v1/accounts/1/contacts`, {
        headers: { 'api-access-token': 'sandbox-administrator' },
      }).then((answer) => answer.text());
      return judged(!contacts.includes('asha@') && !contacts.includes('4930'), 'no contact carries it');
    },
  },
  notBuilt('A13', 'two visitors on a shared computer after reset()', 'reset'),
  {
    id: 'A14',
    tried: "private notes, activities, another inbox's message, at the visitor",
    async try(world) {
      using wire = await world.wire();
      const id = await takenUp(world, wire);
      await world.mara.call('POST', `/conversations/${id}/messages`, { content: 'canary note', private: true });
      await world.mara.reply(id, 'after the note');
      await seen(wire, 'after the note');
      const log = JSON.stringify(await logOf(wire));
      return judged(!log.includes('canary note') && !/assigned to|was resolved by/i.test(log), 'not shown');
    },
  },
  {
    id: 'A15',
    tried: "a delivery at one bot's address with another's conversation",
    async try(world) {
      using wire = await world.wire();
      const id = await takenUp(world, wire);
      const address = await webhookAddress(world);
      const answer = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          event: 'message_created',
          id: 9_999_999,
          content: 'canary forged',
          message_type: 'outgoing',
          private: false,
          conversation: { id, inbox_id: 999, status: 'open', meta: {}, contact_inbox: { source_id: 'x' } },
        }),
      });
      await world.mara.reply(id, 'after the forgery');
      await seen(wire, 'after the forgery');
      return judged(!(await textsOf(wire)).includes('canary forged'), `not shown; answered ${answer.status}`);
    },
  },
  {
    id: 'A16',
    tried: 'a conversation of an inbox that is not ours',
    async try(world) {
      const inbox = await world.administrator.call<{ id: number }>('POST', '/inboxes', {
        name: `Foreign ${newId()}`,
        channel: { type: 'api', webhook_url: '' },
      });
      const contact = await world.administrator.call<{ payload: { contact: { id: number } } }>('POST', '/contacts', {
        name: 'Foreign',
        inbox_id: inbox.id,
      });
      const made = await world.administrator.call<{ id: number }>('POST', '/conversations', {
        contact_id: contact.payload.contact.id,
        inbox_id: inbox.id,
        status: 'open',
      });
      using wire = await world.wire();
      const ours = await takenUp(world, wire);
      await world.administrator.call('POST', `/conversations/${made.id}/messages`, {
        content: 'canary of another inbox',
      });
      await world.mara.reply(ours, 'after the foreign one');
      await seen(wire, 'after the foreign one');
      return judged(!(await textsOf(wire)).includes('canary of another inbox'), 'not shown');
    },
  },
  {
    id: 'A17',
    tried: 'which sites there are, guessed one by one',
    async try(world) {
      const answers = new Set<string>();
      for (const site of ['nobody', 'admin', '__proto__', 'constructor', '', null, 7, { $ne: null }]) {
        const refused = await openWire(world.url, { site, from: stranger() }).catch((error: unknown) => String(error));
        answers.add(typeof refused === 'string' ? refused : (refused.close(), 'admitted'));
      }
      answers.add(
        await openWire(world.url, { site: 'demo', origin: 'https://evil.example', from: stranger() }).then(
          () => 'admitted',
          (error: unknown) => String(error),
        ),
      );
      return judged(answers.size === 1 && ![...answers].includes('admitted'), [...answers].join(' | '));
    },
  },
  notBuilt('A18', "export and erase with another visitor's token", 'export, erase'),
  notBuilt('A19', 'the admin API without a token', 'an admin API'),
  {
    id: 'A20',
    tried: 'does the time of a refusal tell how much of a secret was right',
    async try(world) {
      const address = await webhookAddress(world);
      const secret = address.pathname.split('/').at(-1) ?? '';
      const near = address.href.slice(0, -1) + (secret.endsWith('A') ? 'B' : 'A');
      const far = address.href.slice(0, -secret.length) + '-'.repeat(secret.length);
      const times = { near: [] as number[], far: [] as number[] };
      for (let i = 0; i < 300; i += 1) {
        for (const [name, url] of [
          ['near', near],
          ['far', far],
        ] as const) {
          const from = performance.now();
          await (await fetch(url, { method: 'POST', body: '{}' })).arrayBuffer();
          times[name].push(performance.now() - from);
        }
      }
      const [a, b] = [quantile(times.near, 0.5), quantile(times.far, 0.5)];
      return judged(
        Math.abs(a - b) < 0.25 * Math.max(a, b, 0.2),
        `median ${a.toFixed(2)} ms nearly right, ${b.toFixed(2)} ms quite wrong`,
      );
    },
  },
  {
    id: 'A14b',
    tried: 'words that were deleted at the desk, read again',
    async try(world) {
      using wire = await world.wire();
      const id = await takenUp(world, wire);
      await world.mara.reply(id, 'canary to be deleted');
      await seen(wire, 'canary to be deleted');
      const message = (await world.mara.messages(id)).find(({ content }) => content === 'canary to be deleted');
      await world.mara.remove(id, message?.id ?? 0);
      await until(async () => !(await textsOf(wire)).includes('canary to be deleted'), 'the deletion', 20_000);
      return judged(true, 'gone for the visitor');
    },
  },
];
