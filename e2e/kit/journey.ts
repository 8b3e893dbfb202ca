import { expect } from 'vitest';
import type { Agent } from './agent.ts';
import type { Visitor } from './visitor.ts';
import { until } from './wait.ts';

/*
 * The whole way round at the socket's level, as steps that begin by waiting for what the one before has brought about;
 * so anything may happen in between, and only the end is judged.
 */

export interface Cast {
  visitor: Visitor;
  agent: Agent;
}

/** Waits until the desk has so many conversations, and the last of them is as wanted. */
async function lastConversation(agent: Agent, count: number, status: string): Promise<number> {
  let id = 0;
  await until(async () => {
    const all = await agent.conversations().catch(() => []);
    id = all.at(-1)?.id ?? 0;
    return all.length === count && all.at(-1)?.status === status;
  }, `conversation ${count} to be ${status}`);
  return id;
}

export const steps: [name: string, step: (cast: Cast) => Promise<void>][] = [
  ['the visitor asks the bot', ({ visitor }) => visitor.say('When do you deliver?')],
  [
    'a skill is begun',
    async ({ visitor }) => {
      await until(() => visitor.transcript().filter((line) => line.startsWith('bot:')).length >= 2, 'the first answer');
      await visitor.say('test skill');
    },
  ],
  [
    'the visitor asks for a person',
    async ({ visitor }) => {
      await until(
        () => visitor.transcript().filter((line) => line.startsWith('bot:')).length >= 3,
        'the first question',
      );
      await visitor.ask('handoff:ask');
    },
  ],
  ['the visitor goes on writing', ({ visitor }) => visitor.say('Is anybody there?')],
  [
    'the agent answers',
    async ({ agent }) => {
      const id = await lastConversation(agent, 1, 'open');
      await agent.sees(id, 'visitor: Is anybody there?');
      await agent.reply(id, 'Hello, I am **Mara**.');
    },
  ],
  [
    'the visitor answers the agent',
    async ({ visitor }) => {
      await visitor.hears('Mara Ostby: Hello');
      await visitor.say('At last.');
    },
  ],
  [
    'the agent resolves',
    async ({ agent }) => {
      const id = await lastConversation(agent, 1, 'open');
      await agent.sees(id, 'visitor: At last.');
      await agent.setStatus(id, 'resolved');
    },
  ],
  [
    'the visitor writes again',
    async ({ visitor }) => {
      await visitor.hears('[resolved]');
      await visitor.say('When do you deliver?');
    },
  ],
];

/** What must be true at the end, whatever happened on the way: all of it, once, in order, on both sides. */
export async function judge({ visitor, agent }: Cast): Promise<void> {
  await until(
    () =>
      visitor.transcript().slice(-2)[1]?.startsWith('bot:') === true && visitor.transcript().includes('[wroteAgain]'),
    () => `the bot's answer after the end, in\n  ${visitor.transcript().join('\n  ')}`,
  );
  const told = visitor.transcript();
  // Somebody may be picked before or after the queue is told of; the rest is fixed.
  expect(
    told.filter((line) => line !== '[assigned]' && line !== '[queued]').map((line) => line.split('\n')[0]),
  ).toEqual([
    expect.stringMatching(/^bot: Hello/),
    'visitor: When do you deliver?',
    expect.stringMatching(/^bot: /),
    'visitor: test skill',
    expect.stringMatching(/^bot: .*name/),
    '[connecting]',
    'visitor: Is anybody there?',
    '[joined]',
    'Mara Ostby: Hello, I am **Mara**.',
    'visitor: At last.',
    '[resolved]',
    '[wroteAgain]',
    'visitor: When do you deliver?',
    expect.stringMatching(/^bot: /),
  ]);

  await until(async () => (await agent.conversations()).length === 2, 'a second conversation at the desk');
  const [first, second] = await agent.conversations();
  expect(first?.meta.team?.name).toBe('sales');
  expect(first?.status).toBe('resolved');
  await agent.sees(second?.id ?? 0, 'bot: ');
  const answer = told.at(-1) ?? '';
  await until(
    async () => (await agent.transcript(second?.id ?? 0)).length === 2,
    'both sides of the second conversation at the desk',
  );
  expect((await agent.transcript(second?.id ?? 0)).map(head)).toEqual(['visitor: When do you deliver?', head(answer)]);
  const words = (await agent.transcript(first?.id ?? 0)).filter((line) => !line.startsWith('note:')).map(head);
  expect(words).toEqual([
    ...told.slice(0, 5).map(head),
    'visitor: Is anybody there?',
    'Mara Ostby: Hello, I am **Mara**.',
    'visitor: At last.',
  ]);
  const notes = (await agent.transcript(first?.id ?? 0)).filter((line) => line.startsWith('note:'));
  expect(notes.filter((note) => note.includes('asked for a person'))).toHaveLength(1);
  expect(notes.length).toBeLessThanOrEqual(2);
}

/** A mirrored message carries its choices as lines below it. */
const head = (line: string) => line.split('\n')[0];
