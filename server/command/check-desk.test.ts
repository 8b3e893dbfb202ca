import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/server.ts';
import { semantics } from '../desks/semantics.ts';
import { checkDesk, usage } from './check-desk.ts';

const token = 'sandbox-administrator';

// One check makes some two hundred requests, one after the other.
const patienceMs = 90_000;

const startSandbox = (switches: SandboxOptions['switches'] = {}) =>
  createSandbox({ switches: { delayMs: 1, ...switches } });

/** The lines it printed, and its exit code. */
async function check(words: string[], signal?: AbortSignal): Promise<{ lines: string[]; code: number }> {
  const lines: string[] = [];
  const tell = (line: string) => void lines.push(...line.split('\n'));
  const code = await checkDesk(words, { say: tell, complain: tell, ...(signal ? { signal } : {}) });
  return { lines, code };
}

async function ask(sandbox: Sandbox, path: string, { as = token, body }: { as?: string; body?: object } = {}) {
  const answer = await fetch(`${sandbox.url}/api/v1/accounts/1/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'Api-Access-Token': as, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return JSON.parse((await answer.text()) || 'null') as unknown;
}

const places = [
  'inboxes',
  'agent_bots',
  'teams',
  'contacts',
  'conversations?status=all',
  'custom_attribute_definitions',
];
const everything = (sandbox: Sandbox) => Promise.all(places.map((path) => ask(sandbox, path)));

describe.each(['4.10', '4.14'] as const)('Chatwoot %s', (chatwoot) => {
  test('has all of it, is left as it was, and nobody there was told anything', { timeout: patienceMs }, async () => {
    await using sandbox = await startSandbox({ chatwoot });
    const before = await everything(sandbox);
    const { lines, code } = await check([sandbox.url, token]);
    expect(lines[1]).toBe('Teams there, with their numbers: support (1), sales (2).');
    expect(lines.slice(2, -3)).toEqual(semantics.map(({ name }) => `  has    ${name}`));
    expect(lines[0]).toMatch(/^Chatwoot 4\.1[04]\.\d+ at http:\S+, account 1 \(.+\)\.$/);
    expect(lines.slice(-2)).toEqual(['Left there: nothing.', 'Nothing is lacking: 6 of 6.']);
    expect(code).toBe(0);
    expect(await everything(sandbox)).toEqual(before);
    for (const as of ['sandbox-mara', 'sandbox-jon', 'sandbox-wim']) {
      expect(await ask(sandbox, 'notifications', { as })).toMatchObject({ data: { payload: [] } });
    }
  });
});

test('an inbox that nothing uses is given back as it was', { timeout: patienceMs }, async () => {
  await using sandbox = await startSandbox();
  const channel = { type: 'api', additional_attributes: { of: 'somebody' } };
  const inbox = (await ask(sandbox, 'inboxes', { body: { name: 'Spare', channel } })) as { id: number };
  const before = await everything(sandbox);
  const { lines, code } = await check([sandbox.url, token, '--account', '1', '--inbox', String(inbox.id)]);
  expect([lines.at(-2), code]).toEqual(['Left there: nothing.', 0]);
  const after = await everything(sandbox);
  const still = (rows: unknown) => JSON.stringify(rows).replace(/"updated_at":[^,}]+/g, '');
  expect(still(after)).toBe(still(before));
  expect(await ask(sandbox, `inboxes/${inbox.id}/agent_bot`)).toEqual({});
});

test('what it lacks is named, one line each, and the exit code says so', { timeout: patienceMs }, async () => {
  await using sandbox = await startSandbox();
  sandbox.fault({ path: '/teams$', method: 'POST', times: 2, status: 422, body: { message: 'no teams in this plan' } });
  const { lines, code } = await check([sandbox.url, token]);
  expect(lines.filter((line) => /^ {2}LACKS/.test(line))).toEqual([
    expect.stringContaining('LACKS  there are several teams: there is no team baton desk check'),
    expect.stringMatching(
      /LACKS {2}a conversation goes to the team that is named, .*: handed to .* it is with no team$/,
    ),
  ]);
  expect(lines.slice(-1)).toEqual(['Lacking: 2 of 6.']);
  expect(code).toBe(1);
});

test('what the desk does not take back is named', { timeout: patienceMs }, async () => {
  await using sandbox = await startSandbox();
  sandbox.fault({ path: '/agent_bots/', method: 'DELETE', status: 422, body: { message: 'in use' } });
  const { lines, code } = await check([sandbox.url, token]);
  expect(lines.at(-2)).toMatch(/^Left there: bot \d+ \(Baton desk check \w{6}\) \(status 422\)\.$/);
  expect(code).toBe(0);
});

test('given up, it takes back what it has made', { timeout: patienceMs }, async () => {
  await using sandbox = await startSandbox();
  const before = await everything(sandbox);
  const { lines, code } = await check([sandbox.url, token], AbortSignal.abort());
  expect(lines.at(-1)).toBe('It was not tried to the end.');
  expect(code).toBe(1);
  expect(await everything(sandbox)).toEqual(before);
});

describe('what is given wrongly is said in one sentence, and makes nothing:', { timeout: patienceMs }, () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  test.each<[string, (url: string) => string[], RegExp, number]>([
    ['no words', () => [], new RegExp(`^${usage.slice(0, 12)}`), 2],
    ['no address', () => ['desk', token], /^The first word is to be the address of a Chatwoot, such as \S+\.$/, 1],
    ['another address', (url) => [`${url}/nowhere`, token], /^There is no Chatwoot at http:\S+\.$/, 1],
    [
      'nobody there',
      () => ['http://127.0.0.1:9', token],
      /^There is no Chatwoot that answers at http:\S+: no answer \(\w+\)\.$/,
      1,
    ],
    ['another token', (url) => [url, 'wrong'], /^The desk does not know our access token\.$/, 1],
    [
      'an agent’s token',
      (url) => [url, 'sandbox-mara'],
      /^The access token belongs to a user who is no administrator of account 1, and nobody else may make an inbox\.$/,
      1,
    ],
    [
      'an account that is not theirs',
      (url) => [url, token, '--account', '7'],
      /^The access token’s user is not in account 7; it is in: 1 \(.*\)\.$/,
      1,
    ],
    [
      'an account that is no number',
      (url) => [url, token, '--account', 'x'],
      /^--account is to be a number: x is none\.$/,
      2,
    ],
    [
      'an inbox that is not there',
      (url) => [url, token, '--inbox', '99'],
      /^There is no inbox 99 in this account\.$/,
      1,
    ],
    ['an option that there is not', (url) => [url, token, '--team', '1'], /^Usage: /, 2],
  ])('%s', async (_what, words, sentence, expected) => {
    const before = await everything(sandbox);
    const { lines, code } = await check(words(sandbox.url));
    expect(lines[0]).toMatch(sentence);
    if (!lines[0]?.startsWith('Usage')) expect(lines).toHaveLength(1);
    expect(code).toBe(expected);
    expect(await everything(sandbox)).toEqual(before);
  });

  test('a server that is no Chatwoot', async () => {
    const server = createServer((_request, response) => response.end('<h1>Hello</h1>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { lines, code } = await check([`http://127.0.0.1:${(server.address() as AddressInfo).port}`, token]); // it listens on a port
    server.closeAllConnections();
    server.close();
    expect(lines).toEqual([
      expect.stringMatching(/^There is no Chatwoot that answers at \S+: the answer is no JSON\.$/),
    ]);
    expect(code).toBe(1);
  });

  test('an inbox that another program uses', async () => {
    await using sandbox = await startSandbox();
    const channel = { type: 'api', webhook_url: 'https://another.example' };
    const inbox = (await ask(sandbox, 'inboxes', { body: { name: 'Busy', channel } })) as { id: number };
    const before = await everything(sandbox);
    const { lines, code } = await check([sandbox.url, token, '--inbox', String(inbox.id)]);
    expect(lines).toEqual([`Inbox ${inbox.id} is in use by a webhook: without --inbox one is made for the check.`]);
    expect(code).toBe(1);
    expect(await everything(sandbox)).toEqual(before);
  });

  test('a token that may not do what the set-up needs', async () => {
    await using sandbox = await startSandbox();
    const before = await everything(sandbox);
    const no = { error: 'You are not authorized to do this action' };
    sandbox.fault({ path: '/inboxes$', method: 'POST', times: 100, status: 401, body: no });
    const { lines, code } = await check([sandbox.url, token]);
    expect(lines).toEqual([expect.stringMatching(/^The desk could not be set up: .*not authorized.*\.$/)]);
    expect(code).toBe(1);
    expect(await everything(sandbox)).toEqual(before);
  });
});
