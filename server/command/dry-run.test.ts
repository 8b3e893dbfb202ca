import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-dry-run-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'skills.yaml'), 'skills: []\n');
writeFileSync(
  join(folder, 'baton.yaml'),
  `
sites:
  shop: { origins: ['https://shop.example'], bot: helper, hours: { zone: UTC, mon: '9:00-17:00' } }
  blog: { origins: ['https://blog.example'], bot: helper, handoff: off }
bots:
  helper: { kind: skills, file: skills.yaml }
desk: { url: 'http://localhost:4001', account: 1, token: secret }
handoffs:
  returns: { state: active, team: sales, label: Returns, words: { en: Hello., de: Hallo. }, carries: [page] }
  later: { team: sales }
routing:
  default: { team: support, label: Support }
  rules:
    - { team: dach, label: German, skills: [org.shop], when: { language: de } }
    - { team: sales, label: Orders, skills: [org.shop], when: { hours: open }, then: [office] }
    - { team: night, label: Night, when: { hours: closed } }
`,
);
writeFileSync(join(folder, 'wish.json'), JSON.stringify({ language: 'de', handoff: { skills: ['org.shop.Return'] } }));
writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ skill: 'org.shop.Return' }));

async function dryRun(...args: string[]) {
  const said: string[] = [];
  const tell = (line: string) => void said.push(...line.split('\n').map((each) => each.trim().replace(/ +/g, ' ')));
  const code = await runCommand(['dry-run', ...args], {
    env: { BATON_CONFIG: join(folder, 'baton.yaml') },
    folder,
    now: () => 0,
    say: tell,
    complain: tell,
  });
  return [...said, code];
}

test('a rule, why another one was not, and who is asked for at that moment', async () => {
  expect(await dryRun('--skill', 'org.shop.Return')).toEqual([
    'At shop, with helper, in en:',
    'tried Rule 1 (German): the language is en.',
    'tried Rule 3 (Night): the site is open.',
    'because Rule 2 (Orders): the skill org.shop.Return is unfinished.',
    'goes to the team sales',
    'reads Orders',
    'chain sales (not if nobody_online), then office, then support: who is there is asked at that moment',
    'add --team-state TEAM=nobody_online, missing, empty or no_access to try that',
    0,
  ]);
});

test('with nobody online, or no such team, the next one', async () => {
  const states = ['--team-state', 'sales=nobody_online', '--team-state', 'office=missing'];
  expect(await dryRun('--skill', 'org.shop', ...states)).toContain(
    'because Nobody of sales is online, there is no team office: Support.',
  );
  expect(await dryRun('--skill', 'org.shop', ...states)).toContain('goes to the team support');
});

test('outside of the hours of the site, the rule for that', async () => {
  expect(await dryRun('--hours', 'closed', '--skill', 'org.shop')).toContain(
    'because Rule 3 (Night): all that it asks for is so.',
  );
});

test('a handoff with a name, with its words and what people get', async () => {
  expect(await dryRun('--handoff', 'returns', '--language', 'de-AT')).toEqual([
    'At shop, with helper, in de-AT:',
    'tried Rule 3 (Night): the site is open.',
    'because The handoff “returns” was asked for.',
    'goes to the team sales',
    'reads Returns',
    'is told Hallo.',
    'people get page beside the conversation',
    0,
  ]);
});

test('what a bot asks for in vain, and the question that the visitor is asked then', async () => {
  expect(await dryRun('--handoff', 'later')).toEqual([
    'At shop, with helper, in en:',
    'error inactive_handoff later, told to the bot',
    'asks What is it about? “Orders”, or something else',
    'add --topic with one of them, or --topic none, to go on',
    0,
  ]);
  expect(await dryRun('--topic', 'orders')).toContain('because Rule 2 (Orders): the visitor chose it.');
  expect(await dryRun('--topic', 'none')).toContain('goes to the team support');
});

test('a file of JSON says the same, and an option beats it', async () => {
  expect(await dryRun('wish.json')).toContain(
    'because Rule 1 (German): the skill org.shop.Return was named by the bot. Rule 2 (Orders) fits, too, and stands lower.',
  );
  expect(await dryRun('wish.json', '--language', 'en')).toContain('goes to the team sales');
});

test('a site without anybody', async () => {
  expect(await dryRun('--site', 'blog')).toEqual([
    'At blog, with helper, in en:',
    'goes nowhere: handoff is off here, and the visitor is told so',
    0,
  ]);
});

test.each<[string[], string, string]>([
  [['--site', 'shpo'], 'There is no site shpo.', 'Did you mean shop?.'],
  [['--topic', 'Order'], 'There is no topic Order.', 'Did you mean Orders?.'],
  [['--skil', 'x'], "Unknown option '--skil'.", 'There are --site,'],
  [['--attribute', 'plan'], '--attribute plan has no value.', 'Write --attribute NAME=VALUE.'],
  [['--team-state', 'sales=away'], 'The options: teams.sales is not understood.', 'Invalid option'],
  [['none.json'], join(folder, 'none.json'), 'Name a file of JSON.'],
  [['baton.yaml'], 'Baton.yaml is not JSON.', 'Write it as'],
  [['wrong.json'], 'Wrong.json: skill is not understood.', 'There are site, skills, language'],
  [['wish.json', 'wish.json'], 'One file is enough', ''],
])('%j is told what to write instead', async (args, sentence, remedy) => {
  const said = await dryRun(...args);
  expect(said[0]).toContain(sentence);
  expect(said.join(' ')).toContain(remedy);
  expect(said.at(-1)).toBe(1);
});
