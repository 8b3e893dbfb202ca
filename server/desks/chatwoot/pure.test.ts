import { expect, test } from 'vitest';
import fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { readAddress, readInboxId } from './address.ts';
import { backoffMs } from './backoff.ts';
import { fileOf } from './files.ts';
import { createHandsWatch } from './hints.ts';
import { escapeLiquid } from './liquid.ts';
import { plan } from '../plan.ts';
import { findTeam } from './teams.ts';
import { mention, nameOf, spoken, storable } from './text.ts';

/** What Chatwoot does with outgoing text, with another's template engine. */
function stored(text: string): string {
  const guarded = text.replace(/`(.*?)`/gs, '{% raw %}`$1`{% endraw %}');
  try {
    return String(new Liquid().parseAndRenderSync(guarded, { contact: { name: 'NAME' } }));
  } catch {
    return text; // what is no valid template is left alone
  }
}

test('the oracle does what was seen live', () => {
  expect(stored('a {{contact.name}}')).toBe('a NAME');
  expect(stored('`{{contact.name}}`')).toBe('`{{contact.name}}`');
  expect(stored('Use {{ to start')).toBe('Use {{ to start');
});

const pieces = fc.constantFrom(
  ...'{%} `\'"-|a\n',
  '{{',
  '}}',
  '{%',
  '%}',
  'endraw',
  'raw',
  '{% endraw %}',
  '{%- endraw',
  'contact.name',
  '``',
  '{{contact.name}}',
);
const texts = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(''));

test('whatever is written is stored as it was meant', () => {
  fc.assert(
    fc.property(fc.oneof(texts, fc.string()), (text) => {
      expect(stored(escapeLiquid(text))).toBe(text);
    }),
    { numRuns: 1_500 },
  );
});

test.each([
  ['no braces at all', 'no braces at all'],
  ['{{x}}', "{{'{{'}}x}}"],
  ['{% if %}', "{{'{%'}} if %}"],
  ['`{{x}}` {{x}}', "`{{x}}` {{'{{'}}x}}"],
  ['odd ` {{x}}', "odd ` {{'{{'}}x}}"],
  ['{`x`', "{{'{'}}`x`"],
  ['`{% endraw %}`', "`{% endraw %}{{'{%'}}{% raw %} endraw %}`"],
])('%j is sent as %j', (text, sent) => {
  expect(escapeLiquid(text)).toBe(sent);
});

test.each([
  ['one\\\ntwo', 'one\ntwo'],
  ['one\\\r\ntwo', 'one\r\ntwo'],
  ['a back-slash\\\\\nstays', 'a back-slash\\\\\nstays'],
  ['\\*not bold\\*', '\\*not bold\\*'],
])('an agent’s %j is read as %j', (content, text) => {
  expect(spoken(content)).toBe(text);
});

test('what the database cannot keep is taken out', () => {
  expect(storable('a\0b\ud800c😀')).toBe('ab\ufffdc😀');
  expect(storable('x'.repeat(150_001))).toHaveLength(150_000);
  expect(nameOf('  Olle \n Sand ')).toBe('Olle Sand');
});

test('a mention is one, whatever the name', () => {
  expect(mention('team', 7, 'sales')).toBe('[@sales](mention://team/7/sales)');
  expect(mention('user', 2, 'A (b] `c`')).toMatch(/^\[@[^\]]*\]\(mention:\/\/user\/2\/[^)]+\)$/);
});

test.each([
  ['https://chat.example.com', 'https://chat.example.com', ''],
  ['https://chat.example.com/', 'https://chat.example.com', ''],
  ['https://chat.example.com/api/v1', 'https://chat.example.com', ''],
  ['http://localhost:3000/desk/', 'http://localhost:3000', '/desk'],
  ['https://chat.example.com/app/accounts/3/dashboard', 'https://chat.example.com', ''],
])('the address %s', (url, origin, prefix) => {
  expect(readAddress(url)).toEqual({ origin, prefix });
});

test.each(['chat.example.com', '', 'ftp://chat.example.com'])('%j is no address', (url) => {
  expect(readAddress(url)).toBeUndefined();
});

test.each([
  ['12', 12],
  [' 12 ', 12],
  ['https://chat.example.com/app/accounts/3/settings/inboxes/12', 12],
  ['https://chat.example.com/app/accounts/3/settings/inboxes/12/configuration?x=1', 12],
  ['https://chat.example.com/app/accounts/3/inbox/12/conversations/451', 12],
  ['https://chat.example.com/app/accounts/3/settings/inboxes/new/12/agents', 12],
  ['https://chat.example.com/app/accounts/3/settings/inboxes/new/api', undefined],
  ['https://chat.example.com/app/accounts/3/settings/inboxes/list', undefined],
  ['twelve', undefined],
])('the inbox in %j is %j', (text, id) => {
  expect(readInboxId(text)).toBe(id);
});

test('teams are found by number, by name in any case, by the address of their page', () => {
  const teams = [
    { id: 7, name: 'sales' },
    { id: 8, name: '9' },
  ];
  expect(findTeam(teams, 'Sales')?.id).toBe(7);
  expect(findTeam(teams, 7)?.id).toBe(7);
  expect(findTeam(teams, '7')?.id).toBe(7);
  expect(findTeam(teams, '9')?.id).toBe(8);
  expect(findTeam(teams, 9)).toBeUndefined();
});

test('4.10 does not tell a file’s type, nor any version its name', () => {
  const data_url = 'https://chat.example.com/rails/active_storage/blobs/redirect/eyJ/price%20list.pdf';
  const file = { name: 'price list.pdf', type: 'application/pdf', url: data_url };
  expect(fileOf({ data_url, file_size: 12 })).toEqual([{ ...file, size: 12 }]);
  expect(fileOf({ data_url: null })).toEqual([]);
});

test.each([
  ['invoice\u202efdp.exe', 'invoicefdp.exe'],
  ['a\u2066b\u2069\u200b\u{e0041}.pdf', 'ab.pdf'],
  ['\u202e', 'file'],
  ['می\u200cخواهم.pdf', 'می\u200cخواهم.pdf'],
])('a file reads as it is: %j is %j', (name, shown) => {
  expect(fileOf({ data_url: `https://desk.example/a/${encodeURIComponent(name)}` })).toMatchObject([{ name: shown }]);
});

test('waits double up to a minute', () => {
  for (const attempt of [0, 1, 5, 50]) {
    const full = Math.min(60_000, 1_000 * 2 ** attempt);
    const wait = backoffMs(attempt, 1_000);
    expect(wait).toBeGreaterThanOrEqual(full / 2);
    expect(wait).toBeLessThanOrEqual(full);
  }
});

test('the order of every intent', () => {
  const steps = (intent: Parameters<typeof plan>[0]) => plan(intent).map(({ step }) => step);
  const handOver = { do: 'handOver', team: 'sales', attributes: { a: 'b' }, note: 'n' } as const;
  expect(steps(handOver)).toEqual(['clear', 'describe', 'note', 'open', 'team', 'check']);
  expect(steps({ ...handOver, team: null, attributes: {} })).toEqual(['clear', 'note', 'open', 'check']);
  expect(steps({ do: 'takeBack', note: 'n' })).toEqual(['note', 'clear', 'pending']);
  expect(steps({ do: 'close', note: 'n' })).toEqual(['note', 'resolve']);
  expect(steps({ do: 'assign', agent: { key: '2', name: 'M' } })).toEqual(['open', 'assign']);
  expect(plan({ do: 'assign', agent: { key: '2', name: 'M' }, evenResolved: true })[0]).toMatchObject({
    evenResolved: true,
  });
  const keys = plan(handOver).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys[0]).toMatch(/^[\w-]{24}$/);
});

test('an event of a conversation counts when it changed hands, whichever comes first', () => {
  const changed = createHandsWatch();
  const about = (who: string, at: number, number = 7) =>
    changed({ source: 's', number, message: null, typing: null, hands: { who, at } });
  expect(about('pending', 1)).toBe(true);
  expect(about('pending', 2)).toBe(false); // somebody waits
  expect(about('open 2', 4)).toBe(true);
  expect(about('open', 3)).toBe(false); // late
  expect(about('open 2', 4)).toBe(false); // by the other way
  expect(about('open', 5)).toBe(true);
  expect(about('open', 5, 8)).toBe(true);
});
