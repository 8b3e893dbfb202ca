import { expect, test } from 'vitest';
import { openAgent } from './kit/agent.ts';
import { openEchoBot } from './kit/bot.ts';
import { judge, steps } from './kit/journey.ts';
import { openStage } from './kit/processes.ts';
import { openVisitor } from './kit/visitor.ts';
import { until } from './kit/wait.ts';

/* Beside each other, for they mostly wait, each on a stage of its own. */

const liquid = ['{{contact.name}}', '{% for i in (1..100000000) %}x{% endfor %}', 'a `{{contact.name}}` and a ` alone'];

test.concurrent('the desk is away for a minute in the middle of the journey', async () => {
  await using stage = await openStage();
  let sandbox = await stage.startSandbox();
  await stage.startRelay();
  await using visitor = openVisitor(stage.relayUrl);
  const agent = openAgent(stage.sandboxUrl);
  for (const [, step] of steps.slice(0, 2)) await step({ visitor, agent });
  await visitor.hears('name');
  await sandbox.kill();
  const gone = Date.now();
  for (const [, step] of steps.slice(2, 4)) await step({ visitor, agent });
  await until(() => Date.now() - gone > 60_000, 'a minute to pass', 70_000);
  sandbox = await stage.startSandbox();
  for (const [, step] of steps.slice(4)) await step({ visitor, agent });
  await judge({ visitor, agent });
});

test.concurrent('the first acknowledgement is lost: the conversation is begun once', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  await stage.startRelay();
  await using visitor = openVisitor(stage.relayUrl);
  const agent = openAgent(stage.sandboxUrl);
  visitor.loseNextAck();
  for (const [, step] of steps) await step({ visitor, agent });
  await judge({ visitor, agent });
});

test.concurrent('the person whose token it is answers: the visitor sees it', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  await stage.startRelay();
  await using visitor = openVisitor(stage.relayUrl);
  const asha = openAgent(stage.sandboxUrl, 'sandbox-administrator');
  await visitor.say('test skill');
  await visitor.hears('name');
  await visitor.ask('handoff:ask');
  await until(async () => (await asha.conversations())[0]?.status === 'open', 'the handoff at the desk');
  await asha.reply(1, 'It is me, Asha.');
  await visitor.hears('It is me, Asha.');
  // That the conversation is hers now may be told after her words: those do not wait for it.
  expect(visitor.transcript()).toContainEqual(expect.stringMatching(/^Asha.*: It is me, Asha\.$/));
});

test.concurrent(
  'a person answers while the bot has it: the bot falls silent, and the desk shows whose it is',
  async () => {
    await using stage = await openStage();
    await stage.startSandbox();
    await stage.startRelay();
    await using visitor = openVisitor(stage.relayUrl);
    const agent = openAgent(stage.sandboxUrl);
    await visitor.say('When do you deliver?');
    await agent.sees(1, 'bot: ');
    await agent.reply(1, 'Let me take this.');
    await visitor.hears('Mara Ostby: Let me take this.');
    await visitor.say('test skill');
    await agent.sees(1, 'visitor: test skill');
    await until(async () => {
      const [first] = await agent.conversations();
      return first?.status === 'open' && first.meta.assignee?.name === 'Mara Ostby';
    }, 'the conversation to be hers');
    expect(visitor.transcript().at(-1)).toBe('visitor: test skill');
  },
);

test.concurrent('whoever is online is told of a handoff, and of nothing before it', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  await stage.startRelay();
  await using visitor = openVisitor(stage.relayUrl);
  const people = ['mara', 'jon', 'wim'].map((name) => openAgent(stage.sandboxUrl, `sandbox-${name}`));
  const counts = () => Promise.all(people.map((agent) => agent.notifications()));
  await visitor.say('test skill');
  await visitor.hears('name');
  await people[0]?.sees(1, 'name');
  expect(await counts()).toEqual([0, 0, 0]);
  await visitor.ask('handoff:ask');
  // Mara alone is online, and in the team.
  await until(async () => (await counts())[0] === 1, 'Mara to be told');
  expect(await counts()).toEqual([1, 0, 0]);
});

test.concurrent('nobody is online: every member of the team is told, by a note that mentions it', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  await stage.startRelay();
  await using visitor = openVisitor(stage.relayUrl);
  const people = ['mara', 'jon', 'wim'].map((name) => openAgent(stage.sandboxUrl, `sandbox-${name}`));
  const counts = () => Promise.all(people.map((agent) => agent.notifications()));
  await people[0]?.setAvailability('offline');
  await visitor.say('test skill');
  await visitor.hears('name');
  await visitor.ask('handoff:ask');
  await until(async () => (await counts()).join() === '1,1,0', 'the team of two to be told');
});

test.concurrent.each([
  ['just after it was resolved', []],
  ['after the visitor went on with the bot', ['When do you deliver?']],
])('a person writes to a visitor whom they know, %s: the visitor is theirs again', async (_when, before) => {
  await using stage = await openStage();
  await stage.startSandbox();
  await stage.startRelay();
  await using visitor = openVisitor(stage.relayUrl);
  const agent = openAgent(stage.sandboxUrl);
  await visitor.say('test skill');
  await visitor.hears('name');
  await visitor.ask('handoff:ask');
  await until(async () => (await agent.conversations())[0]?.status === 'open', 'the handoff at the desk');
  await agent.reply(1, 'Mara here.');
  await visitor.hears('Mara Ostby: Mara here.');
  await agent.setStatus(1, 'resolved');
  await visitor.hears('[resolved]');
  for (const text of before) {
    await visitor.say(text);
    await visitor.hears(`visitor: ${text}`);
    await until(() => visitor.transcript().at(-1)?.startsWith('bot:') === true, 'the bot to answer');
    await agent.sees(2, `visitor: ${text}`);
  }
  // As the dashboard's “New conversation” does it: it lands in the last one of a contact that an inbox keeps to one.
  const { id: contact } = (await agent.conversations()).at(-1)?.meta.sender ?? {};
  const { payload } = await agent.call<{ payload: { source_id: string; inbox: { id: number } }[] }>(
    'GET',
    `/contacts/${contact}/contactable_inboxes`,
  );
  const [known] = payload;
  const { id: number } = await agent.call<{ id: number }>('POST', '/conversations', {
    inbox_id: known?.inbox.id,
    contact_id: contact,
    source_id: known?.source_id,
    message: { content: 'I found your lamp.' },
  });
  await visitor.hears('Mara Ostby: I found your lamp.');
  await until(async () => {
    const found = (await agent.conversations()).find(({ id }) => id === number);
    return found?.status === 'open' && found.meta.assignee?.name === 'Mara Ostby';
  }, 'the conversation to be hers, and open');
  await visitor.say('Where was it?');
  await agent.sees(number, 'visitor: Where was it?');
  expect(visitor.transcript().at(-1)).toBe('visitor: Where was it?');
});

test.concurrent(
  'the sandbox first, then another desk with the same data: no thread is mistaken for another',
  async () => {
    await using stage = await openStage();
    await using other = await openStage();
    await stage.startSandbox();
    await other.startSandbox();
    let relay = await stage.startRelay();
    await using visitor = openVisitor(stage.relayUrl);
    const [here, there] = [openAgent(stage.sandboxUrl), openAgent(other.sandboxUrl)];
    for (const [, step] of steps.slice(0, 6)) await step({ visitor, agent: here });
    await here.sees(1, 'visitor: At last.');
    const left = await here.transcript(1);
    await relay.stop();
    relay = await stage.startRelay({ CHATWOOT_URL: other.sandboxUrl });
    // The same number means somebody else there.
    await visitor.say('When do you deliver?');
    await visitor.hears('[deskGone]');
    await until(() => visitor.transcript().at(-1)?.startsWith('bot:') === true, 'the bot to answer');
    await there.sees(1, 'visitor: When do you deliver?');
    expect(await here.transcript(1)).toEqual(left);
    expect((await there.transcript(1)).some((line) => line.includes('At last.'))).toBe(false);
  },
);

test.concurrent(
  'what looks like a template is kept as it was written: in an answer, in a note, beside such a name',
  async () => {
    await using bot = await openEchoBot();
    await using stage = await openStage({ bot: bot.url });
    await stage.startSandbox();
    await stage.startRelay();
    await using visitor = openVisitor(stage.relayUrl);
    const agent = openAgent(stage.sandboxUrl);
    const words = liquid.join(' and ');
    await visitor.say('Good morning');
    await agent.sees(1, 'bot: Good morning');
    // What would be put in for `contact.name` is a template again.
    await agent.call('PATCH', '/contacts/1', { name: words });
    await visitor.say(words);
    // The bot repeats what it hears, and the note quotes the visitor's last words.
    await visitor.hears(`bot: ${words}`);
    await visitor.ask('handoff:ask');
    await visitor.choose(null);
    await until(async () => (await agent.conversations())[0]?.status === 'open', 'the handoff at the desk');
    const said = await agent.transcript(1);
    expect(said.filter((line) => line.includes(words) && !line.startsWith('note: '))).toEqual([
      `visitor: ${words}`,
      `bot: ${words}`,
    ]);
    const note = said.find((line) => line.startsWith('note: '));
    for (const each of liquid) expect(note).toContain(each);
    expect((await agent.conversations())[0]?.meta.sender.name).toBe(words);
  },
);

test.concurrent('words deleted at the desk are gone for the visitor, too, whoever wrote them', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  await stage.startRelay();
  await using visitor = openVisitor(stage.relayUrl);
  const agent = openAgent(stage.sandboxUrl);
  for (const [, step] of steps.slice(0, 6)) await step({ visitor, agent });
  await agent.sees(1, 'visitor: At last.');
  for (const words of ['At last.', 'Hello, I am **Mara**.']) {
    const message = (await agent.messages(1)).find(({ content }) => content === words);
    await agent.remove(1, message?.id ?? 0);
  }
  await until(
    () => visitor.transcript().filter((line) => line === '[deletion]').length === 2,
    'both deletions at the visitor',
  );
});
