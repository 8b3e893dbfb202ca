import { expect, test } from 'vitest';
import { openAgent, type Agent } from './kit/agent.ts';
import { openStage, type Stage } from './kit/processes.ts';
import { openVisitor, type Visitor } from './kit/visitor.ts';
import { until } from './kit/wait.ts';

/** With this between two sweeps none falls into a test: only a doorbell can tell what happens at the desk. */
const noSweeps = { SWEEP: '10 min' };

/** From asking for a person to resolve, with answers and resolve timed where `ms` says how long each may take. */
async function round(visitor: Visitor, agent: Agent, ms = Infinity) {
  const timed = async (line: string) => {
    const begun = Date.now();
    await visitor.hears(line);
    expect(Date.now() - begun).toBeLessThan(ms);
  };
  await visitor.say('test skill');
  await visitor.hears('name');
  await visitor.ask('handoff:ask');
  await until(async () => (await agent.conversations()).at(-1)?.status === 'open', 'the handoff at the desk');
  const id = (await agent.conversations()).at(-1)?.id ?? 0;
  for (let n = 1; n <= 5; n += 1) await agent.reply(id, `Answer ${n}`);
  await timed('Answer 5');
  // The handoff itself ends with a look at the thread, which may find what was said meanwhile. No more of that now.
  await visitor.say('Thanks');
  await agent.sees(id, 'visitor: Thanks');
  await agent.reply(id, 'You are welcome');
  await timed('You are welcome');
  await agent.setStatus(id, 'resolved');
  await timed('[resolved]');
  expect(visitor.transcript().filter((line) => line.startsWith('Mara Ostby'))).toEqual(
    [...[1, 2, 3, 4, 5].map((n) => `Answer ${n}`), 'You are welcome'].map((text) => `Mara Ostby: ${text}`),
  );
}

async function withSwitches(switches: string[], env: (stage: Stage) => Record<string, string>, ms?: number) {
  await using stage = await openStage();
  await stage.startSandbox(switches.flatMap((each) => ['--switch', each]));
  await stage.startRelay(env(stage));
  await using visitor = openVisitor(stage.relayUrl);
  await round(visitor, openAgent(stage.sandboxUrl), ms);
}

test('with the websocket alone, and no sweep, answers and resolve arrive', () => withSwitches([], () => noSweeps));

test('with the webhook alone, a third of it doubled and all of it shuffled, and no sweep, answers and resolve arrive, once', () =>
  withSwitches(['refuseCable=true', 'double=0.33', 'shuffle=5'], (stage) => ({
    ...noSweeps,
    PUBLIC_URL: stage.relayUrl,
  })));

test('with neither, answers and resolve arrive within 15 s', () =>
  withSwitches(['refuseCable=true'], () => ({}), 15_000));

test('on an older desk, that neither signs nor refuses, all of it is the same, by the webhook alone', async () => {
  await using stage = await openStage();
  await stage.startSandbox(['--chatwoot', '4.10', '--switch', 'refuseCable=true']);
  await stage.startRelay({ ...noSweeps, PUBLIC_URL: stage.relayUrl });
  await using visitor = openVisitor(stage.relayUrl);
  await round(visitor, openAgent(stage.sandboxUrl));
});
