import { expect, test } from 'vitest';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { silent } from '../../log.ts';
import { openChatwootEraser } from './chatwoot-eraser.ts';
import { startDesk, type DeskUnderTest, type Who } from './testing/start-desk.ts';

const tokens: Partial<Record<Who, string>> = { asha: 'sandbox-administrator', mara: 'sandbox-mara' };

const openEraser = (under: DeskUnderTest, who: 'asha' | 'mara' = 'asha', url = under.sandbox.url) =>
  openChatwootEraser({
    url,
    account: 1,
    token: tokens[who] ?? '',
    settings: under.settings,
    log: silent,
    totalMs: 2_000,
  });

/** What the desk has of a conversation; the status where it has nothing. */
const numberOf = (thread: { ref: { readonly [name: string]: string | number } | null }) =>
  Number(thread.ref?.['number']);
const look = (under: DeskUnderTest, path: string) =>
  under.as('asha', 'GET', path).catch((error: unknown) => String(error));

test('an administrator’s token takes all rounds of a visitor back, and the contact; others stay', async () => {
  await using under = await startDesk();
  const visitor = { id: 'the-one' };
  const first = await under.begin(visitor);
  await under.say(first, 'My address is 5 Mill Lane');
  const second = await under.begin(visitor);
  const other = await under.begin({ id: 'another' });
  await under.say(other, 'Hello');
  const contact = (await under.as('asha', 'GET', `conversations/${numberOf(first)}`)).meta.sender.id as number;
  await using eraser = await openEraser(under);
  const erased = await eraser.erase([first, second]);
  expect(erased).toEqual({
    result: 'done',
    removed: [`conversation ${numberOf(first)}`, `conversation ${numberOf(second)}`, `contact ${contact}`],
    left: [],
  });
  for (const path of [`conversations/${numberOf(first)}`, `conversations/${numberOf(second)}`, `contacts/${contact}`]) {
    expect(await look(under, path)).toContain('404');
  }
  expect((await under.messages(other)).map(({ content }) => content as string)).toEqual(['Hello']);
  // Once more: there is nothing left to do.
  expect(await eraser.erase([first, second])).toEqual({ result: 'done', removed: [], left: [] });
});

test('an agent’s token blanks every word, and says what is left for an administrator', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  await under.say(thread, 'My address is 5 Mill Lane');
  await under.run(thread, { do: 'remark', note: 'n' }, { note: 'They live in 5 Mill Lane' });
  const inbox = (await under.as('asha', 'GET', `conversations/${numberOf(thread)}`)).inbox_id as number;
  await under.as('asha', 'POST', 'inbox_members', { inbox_id: inbox, user_ids: [2] });
  await using eraser = await openEraser(under, 'mara');
  const erased = await eraser.erase([thread]);
  expect(erased).toMatchObject({ result: 'done', removed: [`the words of conversation ${numberOf(thread)}`] });
  expect(erased.result === 'done' && erased.left).toEqual([
    `conversation ${numberOf(thread)} stands there without words: an administrator may delete it`,
    expect.stringMatching(/^contact \d+ is to be deleted by an administrator$/),
  ]);
  expect(JSON.stringify(await under.messages(thread))).not.toContain('Mill Lane');
});

test('a contact whom the desk knows from elsewhere stays, and the operator is told', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const contact = (await under.as('asha', 'GET', `conversations/${numberOf(thread)}`)).meta.sender.id as number;
  await under.as('asha', 'PATCH', `contacts/${contact}`, { identifier: 'customer-17' });
  await using eraser = await openEraser(under);
  expect(await eraser.erase([thread])).toMatchObject({
    removed: [`conversation ${numberOf(thread)}`],
    left: [`contact ${contact} was joined with a person whom the desk knows from elsewhere: look at it by hand`],
  });
  expect((await under.as('asha', 'GET', `contacts/${contact}`)).payload.id).toBe(contact);
});

test('a number that a restored desk gave to somebody else is not touched', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const other = await under.begin({ id: 'another' });
  await using eraser = await openEraser(under);
  const moved = { ...thread, source: 'x'.repeat(32), ref: { ...other.ref, uuid: 'not-this-one' } };
  expect(await eraser.erase([moved])).toEqual({ result: 'done', removed: [], left: [] });
  expect(await look(under, `conversations/${numberOf(other)}`)).toMatchObject({ id: numberOf(other) });
});

test('a desk that lists everybody’s conversations loses none of them', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  const other = await under.begin({ id: 'another' });
  await under.say(other, 'Hello');
  const careless = createServer((request, response) => {
    const to = new URL(request.url ?? '', under.sandbox.url);
    to.searchParams.delete('source_id');
    const headers = { 'Api-Access-Token': tokens.asha ?? '' };
    void fetch(to, { method: request.method ?? 'GET', headers }).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
    });
  });
  await new Promise<void>((resolve) => careless.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(careless.address() as AddressInfo).port}`; // it listens on a port
  const home = under.desk.home.replace(under.sandbox.url, url);
  const [[name, value] = ['', '']] = [...under.settings.all].filter(([each]) => each.startsWith('chatwoot http'));
  under.settings.all.set(name.replace(under.sandbox.url, url), value.replace(under.sandbox.url, url));
  await using eraser = await openEraser(under, 'asha', url);
  expect(await eraser.erase([{ ...thread, home, ref: null }])).toEqual({ result: 'done', removed: [], left: [] });
  await under.say(thread, 'Hello, too');
  expect(await eraser.erase([{ ...thread, home, ref: null }])).toMatchObject({
    removed: [`conversation ${numberOf(thread)}`, expect.stringContaining('contact')],
  });
  expect(await look(under, `conversations/${numberOf(other)}`)).toMatchObject({ id: numberOf(other) });
  careless.closeAllConnections();
  careless.close();
});

test('a thread at another desk is left, and a desk that is away is told of', async () => {
  await using under = await startDesk();
  const thread = await under.begin();
  await using eraser = await openEraser(under);
  const elsewhere = { ...thread, home: 'chatwoot https://old.example 1 abc' };
  expect(await eraser.erase([elsewhere])).toEqual({
    result: 'done',
    removed: [],
    left: [`conversation ${numberOf(thread)} is at another desk or in an inbox of before: delete it there by hand`],
  });
  await under.sandbox.close();
  expect(await eraser.erase([thread])).toMatchObject({ result: 'away', why: expect.stringContaining('no answer') });
});
