import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownerIn } from '../shared/phases.ts';
import type { DeskAgent } from './desks/desk.ts';
import { isQuiet, jon, mara, startWithPeople } from './testing/people.ts';
import type { TestRelay } from './testing/start-relay.ts';
import { eventually, type Visitor } from './testing/visit.ts';
import { newId } from './visitors/tokens.ts';
import type { Fault } from './desks/memory/world.ts';
import type { StepName } from './desks/steps.ts';

/*
 * Whatever visitors, agents and accidents do, in whatever order: once all is well again, the promises hold. An unknown
 * acknowledgement may mean zero or one; after the repeat it means one.
 */

type Act =
  | { act: 'say' | 'repeat' | 'ask' | 'choose' | 'cancel' | 'back' | 'end' | 'reload' | 'restart' }
  | { act: 'answer'; agent: DeskAgent; isNote: boolean; older: boolean }
  | { act: 'assign'; agent: DeskAgent | null }
  | { act: 'status'; status: 'open' | 'pending' | 'resolved' }
  | { act: 'typing'; agent: DeskAgent }
  | { act: 'fault'; fault: Fault; step: StepName | 'any' }
  | { act: 'away' | 'quiet'; on: boolean }
  | { act: 'bot'; does: 'fail' | 'wish' }
  | { act: 'calm' };

const agent = fc.constantFrom(mara, jon);
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Act>({ act: 'say' }) },
  {
    weight: 6,
    arbitrary: fc.constantFrom<Act>(
      { act: 'repeat' },
      { act: 'ask' },
      { act: 'choose' },
      { act: 'cancel' },
      { act: 'back' },
      { act: 'end' },
      { act: 'reload' },
    ),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('answer' as const),
      agent,
      isNote: fc.boolean(),
      older: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('assign' as const), agent: fc.option(agent) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('status' as const),
      status: fc.constantFrom('open' as const, 'pending' as const, 'resolved' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('typing' as const), agent }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('fault' as const),
      fault: fc.constantFrom<Fault>('unsent', 'lostAnswer', 'lostRequest'),
      step: fc.constantFrom('any' as const, 'begin' as const, 'say' as const, 'open' as const, 'pending' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constantFrom('away' as const, 'quiet' as const), on: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('bot' as const), does: fc.constantFrom('fail', 'wish') }) },
  { weight: 1, arbitrary: fc.constant<Act>({ act: 'restart' }) },
  { weight: 3, arbitrary: fc.constant<Act>({ act: 'calm' }) },
);

async function live(relay: TestRelay, story: Act[]) {
  const { people } = relay.desk;
  const sent: { id: string; text: string }[] = [];
  const answers: string[] = [];
  let visitor: Visitor = await relay.visit();
  const { token } = visitor;
  const reload = async () => {
    visitor.close();
    visitor = await relay.visit({ token });
  };
  const send = (text: string) => {
    const message = { id: newId(), text };
    sent.push(message);
    return visitor.ask('message:send', message);
  };
  await send('the first word');
  for (const [at, act] of story.entries()) {
    const isThere = people.threads.length > 0;
    switch (act.act) {
      case 'say':
        // The acknowledgement may be lost: nobody waits for it.
        void send(`word ${at}`).catch(() => {});
        break;
      case 'repeat':
        await visitor.ask('message:send', sent.at(-1)!);
        break;
      case 'ask':
        await visitor.ask('handoff:ask', { id: newId() });
        break;
      case 'choose':
        await visitor.ask('handoff:choose', { topic: null });
        break;
      case 'cancel':
        await visitor.ask('handoff:cancel', {});
        break;
      case 'back':
        await visitor.ask('handoff:back', {});
        break;
      case 'end':
        await visitor.ask('chat:end', {});
        break;
      case 'reload':
        await reload();
        break;
      case 'restart':
        await relay.restart();
        await reload();
        break;
      case 'answer': {
        if (!isThere) break;
        const text = `${act.isNote ? 'note' : 'answer'} ${at}`;
        people.say(act.agent, text, { private: act.isNote, ...(act.older ? { number: 1 } : {}) });
        if (!act.isNote) answers.push(text);
        break;
      }
      case 'assign':
        if (isThere) people.assign(act.agent);
        break;
      case 'status':
        if (isThere) people.setStatus(act.status);
        break;
      case 'typing':
        if (isThere) people.typing(act.agent, true);
        break;
      case 'fault':
        people.next(act.fault, act.step);
        break;
      case 'away':
        people.away(act.on);
        break;
      case 'quiet':
        people.quiet(act.on);
        break;
      case 'bot':
        relay.bot.next(act.does === 'fail' ? 'fail' : { handoff: { reason: 'wish' } });
        break;
      case 'calm':
        // Long enough for what goes well; what does not goes on in the next acts.
        await Promise.race([
          eventually(() => isQuiet(relay), 'calm'),
          new Promise((resolve) => setTimeout(resolve, 100)),
        ]);
    }
  }
  people.away(false);
  people.quiet(false);
  // What was not acknowledged is sent again, as the widget does.
  await reload();
  for (const message of sent) {
    const reply = await visitor.ask('message:send', message);
    expect(reply.ok).toBe(true);
  }
  // Catching up is the desk's own part: it rings for every thread until all is quiet.
  for (let calm = 0; calm < 2; calm += 1) {
    for (const { number } of people.threads) people.hint([], { number });
    await eventually(async () => (await isQuiet(relay)) && visitor.phase() !== 'transferring', 'all is done', 30_000);
  }
  await visitor.until(() => answers.every((text) => visitor.transcript().some((line) => line.endsWith(`: ${text}`))));
  return { visitor, sent, answers };
}

test('whatever happens: nothing is lost, nothing is there twice, and the bot never speaks while people own it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { minLength: 5, maxLength: 40 }), async (story) => {
      await using relay = await startWithPeople(
        { settings: ({ times }) => Object.assign(times, { asking: 4_000, transfer: 20_000 }) },
        40,
      );
      const { visitor, sent, answers } = await live(relay, story);

      const lines = visitor.transcript();
      const times = (text: string, of: string[]) => of.filter((each) => each === text).length;
      const events = [...visitor.events.values()].sort((a, b) => a.seq - b.seq);
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
      const desk = relay.desk.people.threads.flatMap(({ messages }) => messages);
      for (const { text } of sent) {
        expect(times(`visitor: ${text}`, lines), text).toBe(1);
        expect(
          desk.filter((one) => one.by === 'visitor' && one.text === text),
          text,
        ).toHaveLength(1);
      }
      for (const text of answers) {
        expect(
          lines.filter((line) => line.endsWith(`: ${text}`)),
          text,
        ).toHaveLength(1);
      }
      expect(lines.filter((line) => /note \d/.test(line))).toEqual([]);
      let owner = 'bot';
      let epoch = 0;
      for (const event of events) {
        if (event.kind === 'handoff') {
          expect(event.handoff.epoch).toBeGreaterThanOrEqual(epoch);
          ({ epoch } = event.handoff);
          owner = ownerIn[event.handoff.phase];
        } else if (event.kind === 'message' && event.message.author.kind === 'bot') {
          expect(owner, event.message.text).toBe('bot');
        }
      }
      // What a browser was told as it happened is what the log says.
      const again = await relay.visit({ token: visitor.token });
      await again.until(() => again.transcript().join() === visitor.transcript().join(), 'both see the same');
    }),
    { numRuns: Number(process.env['RUNS'] ?? 12), endOnFailure: true },
  );
}, 120_000);
