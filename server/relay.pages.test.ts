import { expect, test } from 'vitest';
import type { Visitor } from './testing/visit.ts';
import { eventually } from './testing/visit.ts';
import { isQuiet, mara, startWithPeople } from './testing/people.ts';
import { newId } from './visitors/tokens.ts';

const shop = 'https://shop.example';
const page = (path: string) => ({ url: `${shop}${path}`, title: 'Little Fen Lamps' });

/** Says something on a page of the site, as a browser does whose page has changed without loading. */
async function sayOn(visitor: Visitor, path: string, text: string) {
  const reply = await visitor.ask('message:send', { id: newId(), text, page: page(path) });
  expect(reply).toMatchObject({ ok: true });
}

test('people see on which page the visitor is now, and the bot hears it', async () => {
  const relay = await startWithPeople();
  const visitor = await relay.visit({ url: `${shop}/` });
  await sayOn(visitor, '/lamps?mail=secret#basket', 'Hi');
  await visitor.hears('You said: Hi');
  expect(relay.bot.asked.at(-1)?.page).toEqual({ url: `${shop}/lamps`, title: 'Little Fen Lamps' });
  const performed = () => relay.desk.people.performed.filter(({ step }) => step === 'describe');
  expect(performed()).toEqual([]);

  await visitor.ask('handoff:ask', { id: newId(), page: page('/lamps/heron') });
  await visitor.ask('handoff:choose', { topic: null });
  await visitor.hears('[queued]');
  await eventually(() => isQuiet(relay), 'the desk has it');
  const { attributes } = relay.desk.people.thread();
  expect(attributes['page']).toBe(`${shop}/lamps/heron`);

  relay.desk.people.say(mara, 'Hello');
  await visitor.hears('Mara Ostby: Hello');
  await sayOn(visitor, '/basket', 'This one');
  await sayOn(visitor, '/basket', 'And that one');
  await eventually(() => isQuiet(relay), 'the desk has it');
  expect(attributes).toMatchObject({ page: `${shop}/basket`, reason: 'visitor_asked' });
  expect(performed()).toHaveLength(2);
  await relay[Symbol.asyncDispose]();
});

test('a browser that says nothing of its page is where it said hello, and one that says nonsense is nowhere', async () => {
  const relay = await startWithPeople();
  const visitor = await relay.visit({ url: `${shop}/lamps` });
  await visitor.say('Hi');
  await visitor.hears('You said: Hi');
  expect(relay.bot.asked.at(-1)?.page?.url).toBe(`${shop}/lamps`);
  for (const url of ['javascript:alert(1)', 'ftp://shop.example/', 'no address']) {
    await visitor.ask('message:send', { id: newId(), text: url, page: { url, title: '' } });
    await visitor.hears(`You said: ${url}`);
    expect(relay.bot.asked.at(-1)?.page?.url).toBe('');
  }
  const long = { url: `${shop}/${'a'.repeat(2_000)}`, title: '' };
  expect(await visitor.ask('message:send', { id: newId(), text: 'x', page: long })).toMatchObject({
    refusal: 'invalid',
  });
  await relay[Symbol.asyncDispose]();
});
