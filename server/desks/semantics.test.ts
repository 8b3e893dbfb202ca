import { expect, test } from 'vitest';
import { openMemory } from './memory/memory-desk.ts';
import type { Desk, DeskTask, Outcome } from './desk.ts';
import { semantics, type Hands } from './semantics.ts';

/* A desk that lacks one thing is told apart from one that has it. Every whole desk passes, by its contract. */

const mara = { key: '2', name: 'Mara Ostby' };

/** A desk in memory with hands at it, and something wrong. */
function broken(change: (desk: Desk, memory: ReturnType<typeof openMemory>) => Partial<Hands & { desk: Desk }>): Hands {
  const memory = openMemory({ teams: { support: [mara], sales: [] } });
  const { people } = memory;
  const hands: Hands = {
    desk: memory,
    team: 'support',
    otherTeam: 'sales',
    other: mara,
    say: ({ source }, who, text) => Promise.resolve(people.say(who, text, { source })),
    setStatus: ({ source }, _who, status) => Promise.resolve(people.setStatus(status, { source })),
    texts: ({ source }) =>
      Promise.resolve(
        people.thread({ source }).messages.map(({ by, text, private: hidden }) => ({
          by: by === 'system' ? ('desk' as const) : by,
          text,
          private: hidden,
        })),
      ),
    visitorOf: ({ source }) => Promise.resolve(people.thread({ source }).visitor),
  };
  return { ...hands, ...change(memory, memory) };
}

/** The same desk, but what it performs goes through this. */
const performing = (desk: Desk, perform: (task: DeskTask) => Promise<Outcome>): Desk => ({ ...desk, perform });
const refused: Outcome = { result: 'refused', why: 'no such thing here' };

async function lacks(hands: Hands): Promise<string[]> {
  const found: string[] = [];
  for (const { name, holds } of semantics) {
    try {
      await holds(hands);
    } catch (error) {
      found.push(`${name}: ${(error as Error).message}`); // whatever was thrown is printed
    }
  }
  return found;
}

test('a desk that is whole lacks nothing', async () => {
  expect(await lacks(broken(() => ({})))).toEqual([]);
});

test.each<[string, Parameters<typeof broken>[0], string[]]>([
  [
    'makes a new visitor each time',
    () => ({ visitorOf: ({ source }) => Promise.resolve(source) }),
    ['a visitor is made once, and known again: for a second conversation the same visitor was made anew'],
  ],
  [
    'takes everybody for the same visitor',
    () => ({ visitorOf: () => Promise.resolve('1') }),
    ['a visitor is made once, and known again: another visitor became the same one'],
  ],
  [
    'begins where people are told',
    (desk, { people }) => ({
      desk: performing(desk, async (task) => {
        const outcome = await desk.perform(task);
        if (task.op.kind === 'begin') people.setStatus('open', { source: task.thread.source });
        return outcome;
      }),
    }),
    [
      'a conversation begins before people are wanted, and disturbs nobody: it begins as open, so people take it for theirs',
      'it comes back when people have finished, and may be closed twice: what is said next is for people again',
    ],
  ],
  [
    'writes twice what is sent twice',
    (desk) => ({ desk: performing(desk, (task) => desk.perform({ ...task, sentAt: null })) }),
    [
      'what visitor and bot say stands there in order, once, under its author: instead of “visitor: Where is my order? / bot: Which one? / visitor: The blue lamp.” there stands “visitor: Where is my order? / visitor: Where is my order? / bot: Which one? / bot: Which one? / visitor: The blue lamp. / visitor: The blue lamp.”',
    ],
  ],
  [
    'lets the bot speak as a person',
    () => {
      const hands = broken(() => ({}));
      const texts: Hands['texts'] = async (thread) =>
        (await hands.texts(thread)).map((one) => ({ ...one, by: one.by === 'bot' ? 'agent' : one.by }));
      return { ...hands, texts };
    },
    [
      'what visitor and bot say stands there in order, once, under its author: instead of “visitor: Where is my order? / bot: Which one? / visitor: The blue lamp.” there stands “visitor: Where is my order? / agent: Which one? / visitor: The blue lamp.”',
    ],
  ],
  [
    'has one team alone',
    (desk) => ({ desk: { ...desk, teams: () => desk.teams().slice(0, 1) } }),
    ['there are several teams: there is no team sales'],
  ],
  [
    'leaves everything with one team',
    (desk) => ({
      desk: {
        ...desk,
        plan: (intent) =>
          desk.plan(intent.do === 'handOver' && intent.team === 'sales' ? { ...intent, team: 'support' } : intent),
      },
    }),
    ['a conversation goes to the team that is named, whichever that is: handed to sales it is with support'],
  ],
  [
    'shows the visitor what is for people alone',
    () => {
      const hands = broken(() => ({}));
      const texts: Hands['texts'] = async (thread) =>
        (await hands.texts(thread)).map((one) => ({ ...one, private: false }));
      return { ...hands, texts };
    },
    [
      'a conversation goes to the team that is named, whichever that is: a note that is for people alone can be read by the visitor',
    ],
  ],
  [
    'closes nothing',
    (desk) => ({
      desk: performing(desk, (task) => (task.op.step === 'resolve' ? Promise.resolve(refused) : desk.perform(task))),
    }),
    [
      'it comes back when people have finished, and may be closed twice: the step “resolve” was refused (no such thing here)',
    ],
  ],
  [
    'does not tell that people have finished',
    (_desk) => ({ setStatus: () => Promise.resolve() }),
    ['it comes back when people have finished, and may be closed twice: it is not seen that a person has finished'],
  ],
  [
    'does not tell what people say',
    (desk) => ({
      desk: {
        ...desk,
        read: async (...asked: Parameters<Desk['read']>) => {
          const read = await desk.read(...asked);
          return read.result === 'read' ? { ...read, events: read.events.filter(({ kind }) => kind !== 'said') } : read;
        },
      },
    }),
    [
      'it comes back when people have finished, and may be closed twice: what a person has answered is not read, or not as theirs',
    ],
  ],
])('a desk that %s is found out', async (_what, change, found) => {
  expect(await lacks(broken(change))).toEqual(found);
});
