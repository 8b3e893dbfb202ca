import { expect, test } from 'vitest';
import type { LogEvent } from '../shared/protocol.ts';
import { newId } from './visitors/tokens.ts';
import { isQuiet, mara, startWithPeople } from './testing/people.ts';
import { eventually, type Visitor } from './testing/visit.ts';

const arabic = 'الطلبات والإرجاع';
const german = 'Bestellungen und Rücksendungen';

const handoffs = ({ events }: Visitor) =>
  [...events.values()].flatMap((event): Extract<LogEvent, { kind: 'handoff' }>[] =>
    event.kind === 'handoff' ? [event] : [],
  );

test('the choice, the head, the notices and the author lines are in the language of whoever reads them', async () => {
  const relay = await startWithPeople();
  const visitor = await relay.visit({ language: 'ar' });
  await visitor.say('مرحبا');
  await visitor.hears('You said: مرحبا');
  const tab = await relay.visit({ language: 'de-AT', token: visitor.token });

  const asked = await visitor.ask('handoff:ask', { id: newId() });
  const topic = { id: 'orders-and-returns', label: arabic };
  expect(asked).toMatchObject({ ok: true, value: { phase: 'asking', topics: expect.arrayContaining([topic]) } });
  const chosen = await visitor.ask('handoff:choose', { topic: topic.id });
  expect(chosen).toMatchObject({ ok: true, value: { phase: 'transferring', team: arabic } });
  await visitor.hears('[queued]');
  relay.desk.people.say(mara, 'Hello');
  for (const one of [visitor, tab]) await one.hears('Mara Ostby: Hello');

  for (const [one, label] of [
    [visitor, arabic],
    [tab, german],
  ] as const) {
    expect(handoffs(one)[0]?.handoff).toMatchObject({
      phase: 'asking',
      topics: expect.arrayContaining([{ id: topic.id, label }]),
    });
    for (const { handoff } of handoffs(one).slice(1)) expect(handoff).toMatchObject({ team: label });
    const words = [...one.events.values()].find((event) => event.kind === 'message' && event.message.text === 'Hello');
    expect(words).toMatchObject({ message: { author: { kind: 'agent', team: label } } });
  }

  const english = await relay.visit({ language: 'fr', token: visitor.token });
  expect(english.welcome.conversation?.handoff).toMatchObject({ phase: 'human', team: 'Orders and returns' });
  await relay[Symbol.asyncDispose]();
});

test('the desk reads the first language, whatever the visitor reads', async () => {
  const relay = await startWithPeople();
  const visitor = await relay.visit({ language: 'de' });
  await visitor.say('Hallo');
  await visitor.hears('You said: Hallo');
  await visitor.ask('handoff:ask', { id: newId() });
  await visitor.say('bestellungen und rücksendungen');
  await visitor.hears('[queued]');
  await eventually(() => isQuiet(relay), 'the desk has it');
  const notes = relay.desk.people.thread().messages.filter((message) => message.private);
  expect(notes.map(({ text }) => text).join('\n')).toContain('Orders and returns');
  expect(notes.map(({ text }) => text).join('\n')).not.toContain(german);
  expect(relay.desk.people.thread().team).toBe('sales');
  await relay[Symbol.asyncDispose]();
});
