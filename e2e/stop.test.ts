import { expect, test } from 'vitest';
import { openGate } from './kit/gate.ts';
import { openStage } from './kit/processes.ts';
import { openVisitor } from './kit/visitor.ts';

test('a desk that takes requests and never answers does not keep the relay from ending', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  await using gate = await openGate(stage.sandboxUrl);
  const relay = await stage.startRelay({ CHATWOOT_URL: gate.url });
  await using visitor = openVisitor(stage.relayUrl);
  const held = gate.hold(1, 'before');
  await visitor.say('When do you deliver?');
  await held;
  const asked = Date.now();
  await relay.stop();
  expect(Date.now() - asked).toBeLessThan(12_000);
});
