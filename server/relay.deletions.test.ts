import { describe, expect, test } from 'vitest';
import { isMirrored, joined, mara, quiet, startWithPeople } from './testing/people.ts';
import type { TestRelay } from './testing/start-relay.ts';
import { eventually } from './testing/visit.ts';

/* What is deleted at the desk is gone everywhere. */

describe('deletions', () => {
  test('an agent’s message loses its words here, too, for whoever reads the log later', async () => {
    await using relay = await startWithPeople();
    const visitor = await joined(relay);
    const id = relay.desk.people.say(mara, 'The code is 4711.');
    await visitor.hears('4711');
    relay.desk.people.remove(id);
    await visitor.hears('[deleted]');
    const again = await relay.visit({ token: visitor.token });
    expect(again.transcript().join('\n')).not.toContain('4711');
    expect(again.transcript()).toContain('Mara Ostby: (deleted)');
    relay.desk.people.hint([id]);
    await visitor.say('ok');
    await quiet(relay);
    expect(visitor.transcript().filter((line) => line === '[deleted]')).toHaveLength(1);
  });

  test('the visitor’s own words go from the log, the bot’s memory and what waits; a repeat still gets its answer', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    relay.bot.next({
      messages: [{ text: 'Noted.' }],
      context: { card: '4111' },
      skills: [{ name: 'me.test.supportDemo.TestSkill', slots: { card: '4111' } }],
    });
    const first = await visitor.ask('message:send', { id: 'm1', text: 'My card is 4111' });
    await visitor.hears('Noted.');
    await quiet(relay);
    const mine = relay.desk.people.thread().messages.find(({ text }) => text.includes('4111'));
    relay.desk.people.remove(mine?.id ?? 0);
    await visitor.hears('[deleted]');
    expect(await visitor.ask('message:send', { id: 'm1', text: 'My card is 4111' })).toEqual(first);
    await visitor.say('And now?');
    await visitor.hears('You said: And now?');
    expect(relay.bot.asked.at(-1)).toMatchObject({
      context: {},
      skills: [{ name: 'me.test.supportDemo.TestSkill', slots: {} }],
    });
    await quiet(relay);
    const [conversation] = await relay.store.recent(0, 1);
    expect(JSON.stringify(conversation)).not.toContain('4111');
  });

  test('an answer under way when the words were deleted does not bring them back', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    let answer = () => {};
    const reply = relay.bot.reply.bind(relay.bot);
    relay.bot.reply = async (turn, signal) => {
      if (turn.text.includes('4111')) {
        await new Promise<void>((resolve) => (answer = resolve));
        return { messages: [{ text: 'Your card is 4111' }], context: { card: '4111' }, skills: [] };
      }
      return reply(turn, signal);
    };
    await visitor.say('My card is 4111');
    await eventually(() => isMirrored(relay.desk, 'My card is 4111'), 'the desk has it');
    const mine = relay.desk.people.thread().messages.find(({ text }) => text.includes('4111'));
    await eventually(() => isQuietAtDesk(relay), 'the desk’s answer is known');
    relay.desk.people.remove(mine?.id ?? 0);
    await visitor.hears('[deleted]');
    answer();
    await visitor.say('Hello?');
    await visitor.hears('You said: Hello?');
    expect(visitor.transcript()).not.toContain('bot: Your card is 4111');
    expect(relay.bot.asked.at(-1)?.context).toEqual({});
  });
});

describe('what is deleted at the desk', () => {
  test('is in no note any more, what was made of it included', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    await visitor.say('My code is 4711.');
    await visitor.hears('You said: My code is 4711.');
    await quiet(relay);
    const thread = relay.desk.people.thread();
    const words = thread.messages.find(({ text }) => text === 'My code is 4711.');
    relay.bot.next({
      skills: [{ name: 'org.demo.shop.ReturnOrder', slots: { code: '4711' } }],
      handoff: { reason: 'angry', summary: 'The code is 4711.' },
    });
    relay.desk.people.away(true);
    await visitor.say('A person');
    await visitor.hears('[connecting]');
    relay.desk.people.quiet(true);
    relay.desk.people.away(false);
    relay.desk.people.next('hang', 'clear');
    relay.desk.people.remove(words?.id ?? 0);
    await eventually(async () => {
      const [id = ''] = await relay.store.withWork();
      const rows = await relay.store.work(id);
      return rows.some(({ status, task }) => status === 'sending' && task.lane === 'desk' && task.op.step === 'clear');
    }, 'the handoff has begun');
    relay.desk.people.quiet(false);
    relay.desk.people.hint([words?.id ?? 0]);
    await visitor.hears('[deleted]');
    relay.desk.people.release();
    await visitor.hears('[queued]');
    await quiet(relay);
    const notes = thread.messages.filter((one) => one.private).map(({ text }) => text);
    expect(notes.join()).toContain('is passed on by the assistant');
    expect(notes.join()).not.toContain('4711');
  });
});

async function isQuietAtDesk(relay: TestRelay) {
  const [conversation] = await relay.store.recent(0, 1);
  const work = conversation ? await relay.store.work(conversation.id) : [];
  return !work.some(({ task }) => task.lane === 'desk');
}
