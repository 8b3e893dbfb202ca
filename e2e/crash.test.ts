import { expect, test } from 'vitest';
import { openAgent } from './kit/agent.ts';
import { openGate } from './kit/gate.ts';
import { judge, steps } from './kit/journey.ts';
import { openStage } from './kit/processes.ts';
import { openVisitor } from './kit/visitor.ts';

/** The journey, with something happening after one of its steps. */
async function journey(
  happens: (after: number, relay: { kill(): Promise<void>; start(): Promise<void> }) => Promise<void>,
) {
  await using stage = await openStage();
  await stage.startSandbox();
  let program = await stage.startRelay();
  await using visitor = openVisitor(stage.relayUrl);
  const agent = openAgent(stage.sandboxUrl);
  const relay = {
    kill: () => program.kill(),
    async start() {
      program = await stage.startRelay();
    },
  };
  for (const [index, [, step]] of steps.entries()) {
    await step({ visitor, agent });
    await happens(index, relay);
  }
  await judge({ visitor, agent });
}

test('the journey, undisturbed', () => journey(async () => {}));

for (const [index, [name]] of steps.entries()) {
  test(`the relay is killed after “${name}”: nothing is lost, nothing is doubled`, () =>
    journey(async (after, relay) => {
      if (after !== index) return;
      await relay.kill();
      await relay.start();
    }));
}

test('the relay is killed after every step', () =>
  journey(async (_after, relay) => {
    await relay.kill();
    await relay.start();
  }));

// The writes of a handoff, in the order of decision: two definitions, attributes, note, opening, team; the queue; the call.
for (const where of ['before', 'after'] as const) {
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) {
    test(`the relay is killed when write ${n} of a handoff is ${where === 'before' ? 'on its way' : 'done and not answered'}`, async () => {
      await using stage = await openStage();
      await stage.startSandbox();
      await using gate = await openGate(stage.sandboxUrl);
      const env = { CHATWOOT_URL: gate.url };
      let relay = await stage.startRelay(env);
      await using visitor = openVisitor(stage.relayUrl);
      const agent = openAgent(stage.sandboxUrl);
      // Nobody is online, so that the last write, the call to the team, happens, too.
      await agent.setAvailability('offline');
      for (const [, step] of steps.slice(0, 2)) await step({ visitor, agent });
      await agent.sees(1, 'bot: ');
      await visitor.hears('name');
      await agent.sees(1, 'name');
      const held = gate.hold(n, where);
      await steps[2]?.[1]({ visitor, agent });
      void steps[3]?.[1]({ visitor, agent });
      expect(await held).toMatch(/^(POST|PATCH) /);
      await relay.kill();
      gate.release();
      relay = await stage.startRelay(env);
      for (const [, step] of steps.slice(4)) await step({ visitor, agent });
      await judge({ visitor, agent });
    });
  }
}
