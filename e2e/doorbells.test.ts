import { expect, test } from 'vitest';
import { openAgent, type Agent } from './kit/agent.ts';
import { openStage, type Stage } from './kit/processes.ts';
import { openVisitor, type Visitor } from './kit/visitor.ts';
import { until } from './kit/wait.ts';

/** From asking for a person to resolve, with answers and resolve timed. */
async function round(visitor: Visitor, agent: Agent, ms: number) {
  await visitor.say('test skill');
  await visitor.hears('name');
  await visitor.ask('handoff:ask');
  await until(async () => (await agent.conversations()).at(-1)?.status === 'open', 'the handoff at the desk');
  const id = (await agent.conversations()).at(-1)?.id ?? 0;
  for (let n = 1; n <= 5; n += 1) await agent.reply(id, `Answer ${n}`);
  const begun = Date.now();
  await visitor.hears('Answer 5');
  expect(Date.now() - begun).toBeLessThan(ms);
  await visitor.say('Thanks');
  await agent.sees(id, 'visitor: Thanks');
  await agent.setStatus(id, 'resolved');
  const resolved = Date.now();
  await visitor.hears('[resolved]');
  expect(Date.now() - resolved).toBeLessThan(ms);
  expect(visitor.transcript().filter((line) => line.startsWith('Mara Ostby'))).toEqual(
    [1, 2, 3, 4, 5].map((n) => `Mara Ostby: Answer ${n}`),
  );
}

async function withSwitches(
  switches: string[],
  env: (stage: Stage) => Record<string, string>,
  ms: number,
): Promise<void> {
  await using stage = await openStage();
  await stage.startSandbox(switches.flatMap((each) => ['--switch', each]));
  await stage.startRelay(env(stage));
  await using visitor = openVisitor(stage.relayUrl);
  await round(visitor, openAgent(stage.sandboxUrl), ms);
}

test('with the websocket alone, answers and resolve arrive', () => withSwitches([], () => ({}), 15_000));

test('with the webhook alone, a third of it doubled and all of it shuffled, answers and resolve arrive, once', () =>
  withSwitches(['refuseCable=true', 'double=0.33', 'shuffle=5'], (stage) => ({ PUBLIC_URL: stage.relayUrl }), 15_000));

test('with neither, answers and resolve arrive within 15 s', () =>
  withSwitches(['refuseCable=true'], () => ({}), 15_000));

test('on an older desk, that neither signs nor refuses, all of it is the same', async () => {
  await using stage = await openStage();
  await stage.startSandbox(['--chatwoot', '4.10']);
  await stage.startRelay({ PUBLIC_URL: stage.relayUrl });
  await using visitor = openVisitor(stage.relayUrl);
  await round(visitor, openAgent(stage.sandboxUrl), 15_000);
});
