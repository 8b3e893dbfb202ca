import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openAgent } from './kit/agent.ts';
import { openStage, type Stage } from './kit/processes.ts';
import { openVisitor } from './kit/visitor.ts';
import { until } from './kit/wait.ts';

const program = fileURLToPath(new URL('../dist/server/command/main.js', import.meta.url));

/** As an operator runs it, beside the relay of this stage. */
function baton(stage: Stage, ...words: string[]): Promise<{ failed: boolean; said: string }> {
  const env = {
    PATH: process.env['PATH'],
    BATON_CONFIG: join(stage.folder, 'baton.yaml'),
    DATA_DIR: join(stage.folder, 'data'),
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...words], { cwd: stage.folder, env }, (error, out, errors) =>
      resolve({ failed: error !== null, said: `${out}${errors}` }),
    );
  });
}

test('a visitor who asks for it is erased by their number at the desk: here and there, and nobody else', async () => {
  await using stage = await openStage();
  await stage.startSandbox();
  const relay = await stage.startRelay();
  const agent = openAgent(stage.sandboxUrl);
  await using visitor = openVisitor(stage.relayUrl);
  await visitor.say('My address is 5 Mill Lane');
  await using other = openVisitor(stage.relayUrl);
  await other.say('Somebody else');
  const numberOf = async (text: string) => {
    let found: number | undefined;
    await until(async () => {
      for (const number of [1, 2]) if ((await texts(number)).some((one) => one.includes(text))) found = number;
      return found !== undefined;
    }, `“${text}” at the desk`);
    return found ?? 0;
  };
  const ask = (path: string) =>
    fetch(`${stage.sandboxUrl}/api/v1/accounts/1/${path}`, {
      headers: { 'Api-Access-Token': 'sandbox-administrator' },
    });
  const texts = async (number: number) => {
    const answer = await ask(`conversations/${number}/messages`);
    if (!answer.ok) return [];
    const { payload } = (await answer.json()) as { payload: { content: string | null }[] };
    return payload.map(({ content }) => content ?? '');
  };
  const number = await numberOf('Mill Lane');
  expect(await baton(stage, 'show', String(number))).toMatchObject({
    failed: false,
    said: expect.stringContaining('1 of the visitor'),
  });
  const erased = await baton(stage, 'erase', `${stage.sandboxUrl}/app/accounts/1/conversations/${number}`);
  expect(erased.said).toMatch(new RegExp(`Erased at Chatwoot: conversation ${number}, contact \\d+\\.`));
  expect(erased.said).not.toContain('Left:');
  expect(erased.failed).toBe(false);
  expect((await ask(`conversations/${number}`)).status).toBe(404);
  expect(await baton(stage, 'show', String(number))).toMatchObject({
    failed: true,
    said: expect.stringContaining('Nothing is kept'),
  });
  // The other one goes on, and so does the relay.
  await other.say('Still here');
  await agent.sees(await numberOf('Somebody else'), 'Still here');
  expect(relay.log()).not.toMatch(/"level":50/);
});
