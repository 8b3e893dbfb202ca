import { describe, expect, test } from 'vitest';
import { atDesk, quiet, startWithPeople } from './testing/people.ts';

/* Bots that are slow, fail or refuse, as a visitor lives them. */

describe('bots', () => {
  test('a burst of messages is answered one turn at a time, nothing of it twice', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    let atOnce = 0;
    let most = 0;
    const reply = relay.bot.reply.bind(relay.bot);
    relay.bot.reply = async (turn, signal) => {
      most = Math.max(most, (atOnce += 1));
      await relay.store.setting('anything');
      const answer = await reply(turn, signal);
      atOnce -= 1;
      return answer;
    };
    const words = Array.from({ length: 12 }, (_, i) => `word${i}.`);
    await Promise.all(words.map((word) => visitor.say(word)));
    await visitor.until(() =>
      words.every((word) => visitor.transcript().some((l) => l.startsWith('bot') && l.includes(word))),
    );
    expect(most).toBe(1);
    const heard = relay.bot.asked.flatMap(({ text }) => text.split('\n'));
    expect(heard).toEqual(words);
  });

  test('a bot that fails is asked again; one that fails twice, or says nothing, has a person offered instead', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    relay.bot.next('fail');
    await visitor.say('one');
    await visitor.hears('You said: one');
    relay.bot.next('fail', { messages: [] });
    await visitor.say('two');
    await visitor.hears('[botFailed]');
    await visitor.say('three');
    await visitor.hears('You said: three');
    expect(visitor.transcript().filter((line) => line === '[botFailed]')).toHaveLength(1);
  });

  test('a bot that refuses, as with a wrong secret, is not asked again', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    relay.bot.next('refuse');
    await visitor.say('one');
    await visitor.hears('[botFailed]');
    expect(relay.bot.asked).toHaveLength(1);
  });

  test('a bot that is late is as good as one that fails', async () => {
    await using relay = await startWithPeople();
    relay.config.bots['helper']!.deadline = 1_000;
    const visitor = await relay.visit();
    relay.bot.next('hang', 'hang');
    await visitor.say('one');
    await visitor.hears('[botFailed]');
  });

  test('where the operator wants it, a bot that failed hands over', async () => {
    await using relay = await startWithPeople({ settings: ({ bots }) => (bots['helper']!.onFailure = 'handoff') });
    const visitor = await relay.visit();
    relay.bot.next('fail', 'fail');
    await visitor.say('one');
    await visitor.hears('[asked]');
    await visitor.ask('handoff:choose', { topic: null });
    await visitor.hears('[queued]');
    expect(relay.desk.people.thread().attributes['reason']).toBe('bot_failed');
  });

  test('three answers in a row that helped nobody offer a person; one that helps begins the count anew', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    const lost = { messages: [{ text: 'I did not understand.' }], fallback: true as const };
    const says = async (text: string) => {
      await visitor.say(text);
      await visitor.until(() => relay.bot.asked.some((turn) => turn.text === text));
      await quiet(relay);
    };
    relay.bot.next(lost, lost);
    await says('one');
    await says('two');
    await says('something known');
    relay.bot.next(lost, lost, lost);
    await says('four');
    await says('five');
    expect(visitor.transcript()).not.toContain('[botFailed]');
    await says('six');
    await visitor.hears('[botFailed]');
    relay.bot.next(lost);
    await says('seven');
    await visitor.until(() => visitor.transcript().at(-1) === 'bot: I did not understand.');
    expect(visitor.transcript().filter((line) => line === '[botFailed]')).toHaveLength(1);
  });

  test('where the operator wants it, answers that help nobody hand over, and say why', async () => {
    await using relay = await startWithPeople({
      settings: ({ bots, routing }) => {
        Object.assign(bots['helper']!, { onFailure: 'handoff', fallbacks: 1 });
        routing.ask = false;
      },
    });
    const visitor = await relay.visit();
    relay.bot.next({ messages: [{ text: 'I did not understand.' }], fallback: true });
    await visitor.say('one');
    await visitor.hears('[queued]');
    expect(visitor.transcript()).toContain('bot: I did not understand.');
    expect(relay.desk.people.thread().attributes['reason']).toBe('bot_did_not_help');
  });

  test('what was pressed is told apart from what was written', async () => {
    await using relay = await startWithPeople();
    const visitor = await relay.visit();
    const choice = { title: 'Red', value: 'colour=red' };
    await visitor.ask('message:send', { id: 'm1', text: 'Red', choice });
    await visitor.hears('You said: Red');
    expect(relay.bot.asked[0]).toMatchObject({ text: 'Red', choice });
    await quiet(relay);
    expect(atDesk(relay.desk.people.thread())).toContain('visitor: Red');
  });
});
