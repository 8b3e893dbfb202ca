import { expect, test } from 'vitest';
import { startRelay } from './testing/start-relay.ts';

const mara = { key: '2', name: 'Mara Ostby' };

test('the baton goes round: bot, person, bot', async () => {
  await using relay = await startRelay();
  const visitor = await relay.visit();
  relay.bot.next({
    messages: [{ text: 'What is the name?' }],
    skills: [{ name: 'me.test.supportDemo.TestSkill', slots: {} }],
  });
  await visitor.say('test skill');
  await visitor.hears('What is the name?');
  await visitor.ask('handoff:ask', { id: 'ask-1' });
  await visitor.hears('[queued]');
  await visitor.say('Is anybody there?');
  await visitor.until(() => relay.desk.people.thread().messages.at(-1)?.text === 'Is anybody there?');
  relay.desk.people.say(mara, 'Hello, I am **Mara**.');
  await visitor.hears('Mara Ostby: Hello');
  await visitor.say('At last.');
  await visitor.until(() => relay.desk.people.thread().messages.some(({ text }) => text === 'At last.'));
  relay.desk.people.setStatus('resolved');
  await visitor.hears('[resolved]');
  await visitor.say('One more thing');
  await visitor.hears('You said: One more thing');
  expect(visitor.transcript()).toEqual([
    'bot: Hello. I know the catalogue, delivery and the returns rules.',
    'visitor: test skill',
    'bot: What is the name?',
    '[connecting]',
    '[queued]',
    'visitor: Is anybody there?',
    '[joined]',
    'Mara Ostby: Hello, I am **Mara**.',
    'visitor: At last.',
    '[resolved]',
    '[wroteAgain]',
    'visitor: One more thing',
    'bot: You said: One more thing',
  ]);
  await visitor.until(() => relay.desk.people.threads.length === 2, 'a second thread at the desk');
  expect(relay.desk.people.threads[0]?.messages.map(({ by, text }) => `${by}: ${text.split('\n')[0]}`)).toEqual([
    expect.stringContaining('bot: Hello.'),
    'visitor: test skill',
    'bot: What is the name?',
    expect.stringContaining('asked for a person'),
    expect.stringContaining('nobody is assigned'),
    'visitor: Is anybody there?',
    'agent: Hello, I am **Mara**.',
    'visitor: At last.',
  ]);
  expect(relay.bot.asked.at(-1)).toMatchObject({ session: { seq: 1 }, skills: [] });
  expect(relay.bot.asked.at(-1)?.session.id).not.toBe(relay.bot.asked[0]?.session.id);
});
