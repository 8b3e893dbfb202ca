import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig, type Config } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, 'skills.yaml'), 'skills: []\n');
writeFileSync(join(folder, 'wall.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>'.padEnd(200_000));
let files = 0;

function read(yaml: string, env: Record<string, string> = {}): Config {
  const file = join(folder, `${files++}.yaml`);
  writeFileSync(file, yaml);
  return readConfig({ env, file });
}

function complaint(yaml: string, env?: Record<string, string>): string {
  try {
    read(yaml, env);
  } catch (error) {
    return (error as Error).message.split('\n').slice(1).join('\n').trim();
  }
  throw new Error('nothing was wrong');
}

const tiny = `
sites:
  demo: { origins: ['https://shop.example'], bot: helper }
bots:
  helper: { kind: skills, file: skills.yaml }
desk: { url: 'http://localhost:4001/', account: 1, token: secret }
`;

describe('what is right', () => {
  test('the tiny one is enough', () => {
    expect(read(tiny)).toMatchObject({
      port: 4_000,
      data: join(folder, 'data'),
      demo: false,
      trustProxy: 0,
      sites: { demo: { name: 'Chat', suggestions: {} } },
      bots: {
        helper: {
          kind: 'skills',
          file: join(folder, 'skills.yaml'),
          onFailure: 'offer',
          fallbacks: 3,
          deadline: 20_000,
        },
      },
      desk: { url: 'http://localhost:4001', account: 1, settle: 20_000, sweep: 10_000 },
      routing: { ask: true, default: { team: null, label: null }, rules: [] },
      limits: { text: 4_000, messages: { burst: 10, perMinute: 30 }, sockets: { perAddress: 100, perVisitor: 10 } },
      times: { asking: 120_000, token: 2_592_000_000 },
      warnings: [],
    });
  });

  test('the one in this repository is read without any environment', () => {
    const config = readConfig({ env: {}, file: resolve(import.meta.dirname, '../baton.yaml') });
    expect(config.sites.demo?.suggestions.en?.map(({ title }) => title)).toContain('Where is my order?');
    expect(config.routing.default).toMatchObject({ team: 'support', label: 'Support', labels: { ar: 'الدعم' } });
    expect(config.desk).not.toHaveProperty('inbox');
  });

  test('everything is kept in a file, unless a PostgreSQL is named', () => {
    expect(read(tiny).database).toEqual({ connections: 10 });
    const url = 'postgres://baton:a%2Fb@db.example:6432/baton?sslmode=verify-full';
    expect(read(tiny, { DATABASE_URL: url }).database).toEqual({ url, connections: 10 });
    const socket = 'postgresql:///baton?host=/run/postgresql';
    const file = `${tiny}database: { url: '\${DATABASE_URL}', connections: 30 }`;
    expect(read(file, { DATABASE_URL: socket }).database).toEqual({ url: socket, connections: 30 });
  });

  test('the environment beats the file, and an empty variable says nothing', () => {
    const config = read(tiny, {
      PORT: '0',
      CHATWOOT_TOKEN: 'other',
      CHATWOOT_URL: ' ',
      DATA_DIR: '/var/baton',
      TRUST_PROXY: 'true',
    });
    expect(config).toMatchObject({
      port: 0,
      data: '/var/baton',
      trustProxy: 1,
      desk: { token: 'other', url: 'http://localhost:4001' },
    });
  });

  test('references are filled in, with a default or without; a doubled dollar keeps one', () => {
    const yaml = tiny
      .replace('token: secret', "token: '${TOKEN}', public_url: '${HERE:-}'")
      .replace('bot: helper', () => "bot: helper, name: '$${SHOP} ${SHOP:-Lamps}'");
    const config = read(yaml, { TOKEN: 'abc' });
    expect(config.desk.token).toBe('abc');
    expect(config.desk).not.toHaveProperty('publicUrl');
    expect(config.sites.demo?.name).toBe('${SHOP} Lamps');
  });

  test('numbers may be pasted as pages of the desk', () => {
    const page = 'https://desk.example/app/accounts/3';
    const config = read(
      tiny.replace('account: 1', `account: ${page}/dashboard, inbox: '${page}/settings/inboxes/9'`) +
        `routing: { default: { team: '${page}/team/47' }, rules: [{ team: '12', label: A, skills: [a.b] }] }`,
    );
    expect(config.desk).toMatchObject({ account: 3, inbox: 9 });
    expect(config.routing.default).toEqual({ team: 47, label: null });
    expect(config.routing.rules).toMatchObject([{ team: 12, label: 'A', skills: ['a.b'] }]);
  });

  test('a greeting may be the same for everybody, a suggestion may say something else than it shows', () => {
    const config = read(
      tiny
        .replace('file: skills.yaml', 'file: skills.yaml, greeting: Hi, deadline: 5 s')
        .replace('bot: helper', "bot: helper, suggestions: [Help, { title: Return a lamp, value: 'org.demo.Return' }]"),
    );
    expect(config.bots.helper).toMatchObject({ greeting: { en: 'Hi' }, deadline: 5_000 });
    expect(config.sites.demo?.suggestions.en).toEqual([
      { title: 'Help', value: 'Help' },
      { title: 'Return a lamp', value: 'org.demo.Return' },
    ]);
  });

  test('a label may be in several languages, of which the first is for the desk', () => {
    const { routing } = read(
      `${tiny}routing: { default: { team: a }, rules: [{ team: b, label: { de: Bestellungen, en: Orders }, skills: [a.b] }] }`,
    );
    expect(routing.rules[0]).toEqual({
      team: 'b',
      label: 'Bestellungen',
      labels: { de: 'Bestellungen', en: 'Orders' },
      skills: ['a.b'],
    });
  });

  test('there may be many rules, each with several skills', () => {
    const rules = Array.from(
      { length: 60 },
      (_, at) => `{ team: ${at + 1}, label: L${at}, skills: [a.b.${at}, c.d.${at}] }`,
    );
    const { routing } = read(`${tiny}routing: { default: { team: 47 }, rules: [${rules.join(', ')}] }`);
    expect(routing.rules).toHaveLength(60);
    expect(routing.rules.at(-1)).toMatchObject({ team: 60, skills: ['a.b.59', 'c.d.59'] });
  });

  test('a site is found only by its own name', () => {
    const { sites, bots } = read(tiny);
    expect([sites['constructor'], bots['toString'], Object.keys(sites)]).toEqual([undefined, undefined, ['demo']]);
  });

  test('a skill that a rule above has already is allowed, with a warning', () => {
    const rules = '[{ team: a, label: A, skills: [x.y] }, { team: b, label: B, skills: [X.y.Z, other] }]';
    expect(read(`${tiny}routing: { default: { team: c }, rules: ${rules} }`).warnings).toEqual([
      expect.stringMatching(
        /^\d+\.yaml, line 7: routing\.rules\.1\.skills\.0 \(X\.y\.Z\) never decides, for rule 1 \(A\) has it already$/,
      ),
    ]);
  });

  test('handoffs have names; a site and a bot may have one for all, or nobody at all', () => {
    const config =
      read(`${tiny.replace('bot: helper', 'bot: helper, handoff: off').replace('file: skills.yaml', 'file: skills.yaml, handoff: returns')}
handoffs:
  returns: { state: active, team: sales, then: [support], label: Returns, words: Hello., carries: [page] }
  later: {}
`);
    expect([config.sites.demo?.handoff, config.bots.helper?.handoff]).toEqual(['off', 'returns']);
    expect(config.routing.handoffs).toMatchObject({
      returns: {
        state: 'active',
        team: 'sales',
        label: 'Returns',
        skipIf: ['nobody_online'],
        then: [{ team: 'support' }],
        words: { en: 'Hello.' },
        carries: ['page'],
      },
      later: { state: 'draft', team: null, label: null },
    });
    expect(config.warnings).toEqual([]);
    expect(read(tiny.replace('bot: helper', 'bot: helper, handoff: false')).sites.demo?.handoff).toBe('off');
  });

  test('a rule has conditions, a chain of teams, and the bots it is for; one behind another is for when nobody is there', () => {
    const { routing } = read(`${tiny}
routing:
  strategy: most_specific
  last_person: 7 d
  default: { team: a, then: [z] }
  rules:
    - { team: b, label: B, when: { language: de, page: [/pay*, /cart], attributes: { plan: pro } }, bots: helper }
    - { team: b, label: C, skills: [a.b], then: [{ team: c, skip_if: [nobody_online] }, 7], continue: yes }
    - { team: b, label: D, skills: [a.c], then: [c], skip_if: [], enabled: no }
`);
    expect(routing).toEqual({
      ask: true,
      strategy: 'most_specific',
      ignore: ['io.opencui'],
      lastPerson: 604_800_000,
      default: { team: 'a', label: null, skipIf: ['nobody_online'], then: [{ team: 'z' }] },
      rules: [
        {
          team: 'b',
          label: 'B',
          labels: { en: 'B' },
          skills: [],
          when: { language: ['de'], page: ['/pay*', '/cart'], attributes: { plan: ['pro'] } },
          bots: ['helper'],
        },
        {
          team: 'b',
          label: 'C',
          labels: { en: 'C' },
          skills: ['a.b'],
          skipIf: ['nobody_online'],
          then: [{ team: 'c', skipIf: ['nobody_online'] }, { team: 7 }],
          continue: true,
        },
        {
          team: 'b',
          label: 'D',
          labels: { en: 'D' },
          skills: ['a.c'],
          skipIf: [],
          then: [{ team: 'c' }],
          enabled: false,
        },
      ],
    });
  });
});

describe('what is allowed and probably not meant is warned of', () => {
  const at = (origin: string) => tiny.replace('https://shop.example', origin);
  test.each<[string, string, RegExp]>([
    ['a demo for a real site', `demo: true${tiny}`, /^demo: true shows .* sites\.demo is for https:\/\/shop\.example/],
    ['a demo for the network', `demo: true\nhost: 0.0.0.0${at('http://localhost:*')}`, /host is 0\.0\.0\.0/],
    ['any port of a shop', at('http://shop.example:*'), /http:\/\/shop\.example:\* lets in/],
  ])('%s', (_, yaml, sentence) => expect(read(yaml).warnings).toEqual([expect.stringMatching(sentence)]));

  test.each<[string, string, RegExp]>([
    [
      'all of whose skills are above it',
      '[{ team: a, label: A, skills: [x] }, { team: b, label: B, skills: [x.y, x.z] }]',
      /routing\.rules\.1 \(B\) can never fit: rules above it, such as rule 1 \(A\), have all its skills$/,
    ],
    [
      'below one that takes every skill of the same visitors',
      '[{ team: a, label: A, when: { language: de } }, { team: b, label: B, skills: [x], when: { language: de } }]',
      /routing\.rules\.1 \(B\) can never fit: rule 1 \(A\) above it takes every skill$/,
    ],
    [
      'for a page of another site',
      "[{ team: a, label: A, when: { page: 'https://other.example/x*' } }]",
      /routing\.rules\.0 \(A\) can never fit: no site of these is at https:\/\/other\.example\/x\*$/,
    ],
    [
      'for hours that no site has',
      '[{ team: a, label: A, when: { hours: closed } }]',
      /routing\.rules\.0 \(A\) can never fit: no site of these has hours, so none is ever closed$/,
    ],
    [
      'whose skills are ignored',
      '[{ team: a, label: A, skills: [io.opencui.core.Hi] }]',
      /routing\.rules\.0 \(A\) can never fit: all its skills are under routing\.ignore$/,
    ],
  ])('a rule %s', (_, rules, sentence) => {
    expect(read(`${tiny}routing: { default: { team: c }, rules: ${rules} }`).warnings).toEqual([
      expect.stringMatching(sentence),
    ]);
  });

  test('a handoff for all that is not active is warned of', () => {
    const yaml = `${tiny.replace('bot: helper', 'bot: helper, handoff: later')}handoffs: { later: { team: a } }`;
    expect(read(yaml).warnings).toEqual([
      expect.stringMatching(/line 3: sites\.demo\.handoff \(later\) is draft: the rules decide instead$/),
    ]);
  });

  test.each<[string, string]>([
    [
      'the same skill in another language',
      '[{ team: a, label: A, skills: [x], when: { language: de } }, { team: b, label: B, skills: [x] }]',
    ],
    [
      'the same skill below a rule that hands on',
      '[{ team: a, label: A, skills: [x], continue: true }, { team: b, label: B, skills: [x] }]',
    ],
    [
      'a rule that is switched off',
      '[{ team: a, label: A, skills: [x], enabled: false }, { team: b, label: B, skills: [x] }]',
    ],
  ])('and not %s', (_, rules) => {
    expect(read(`${tiny}routing: { default: { team: c }, rules: ${rules} }`).warnings).toEqual([]);
  });

  test.each([
    ['a demo on this machine', `demo: true${at('http://localhost:*')}`],
    ['the same, said twice', `demo: true\nhost: 127.0.0.1${at('http://127.0.0.1:*')}`],
    ['a real site', tiny],
  ])('and not %s', (_, yaml) => expect(read(yaml).warnings).toEqual([]));
});

describe('what is wrong is said by line, with what to write', () => {
  const rules = 'routing:\n  default: { team: a }\n  rules:\n';
  test.each<[string, string, string, Record<string, string>?]>([
    ['an unknown setting', `${tiny}prot: 1`, 'line 7: prot is not a setting: did you mean port?'],
    [
      'an unknown setting within',
      tiny.replace("origins: ['https", "orgins: [], origins: ['https"),
      'line 3: sites.demo.orgins is not a setting: did you mean origins?',
    ],
    [
      'a sentence whose comma is taken for the end of it',
      tiny.replace('file: skills.yaml', 'file: skills.yaml, greeting: { en: Hello, how are you }'),
      "line 5: bots.helper.greeting.how are you is no language: if it is the rest of a sentence with a comma, quote it, as in { en: 'Hello, you' }",
    ],
    ...(
      [
        [
          'a zone that is none',
          '{ zone: Berlin, mon: 9:00-17:00 }',
          'zone should be a time zone such as Europe/Berlin, not “Berlin”',
        ],
        ['no zone', '{ mon: 9:00-17:00 }', 'zone is missing'],
        [
          'a day that is none',
          '{ zone: UTC, monday: 9:00-17:00 }',
          'monday should be zone, closed, or days such as mon, mon-fri or daily, not “monday”',
        ],
        ['hours that are none', '{ zone: UTC, mon: 9-17 }', 'mon.0 should be hours such as 9:00-17:00, not “9-17”'],
        [
          'an hour that no day has',
          '{ zone: UTC, mon: 9:00-25:00 }',
          'mon.0 should be hours such as 9:00-17:00, not “9:00-25:00”',
        ],
        [
          'hours that never open',
          '{ zone: UTC, mon: closed }',
          'these hours never open: say when, as in mon-fri: 9:00-17:00',
        ],
      ] as const
    ).map(([what, hours, sentence]): [string, string, string] => [
      what,
      tiny.replace('bot: helper', `bot: helper, hours: ${hours}`),
      sentence,
    ]),
    [
      'a logo that is not there',
      tiny.replace('file: skills.yaml', 'file: skills.yaml, logo: logo.png'),
      'line 5: bots.helper.logo names logo.png, which cannot be read: write a path relative to this file, or an address',
    ],
    [
      'a logo that is no picture',
      tiny.replace('file: skills.yaml', 'file: skills.yaml, logo: skills.yaml'),
      'line 5: bots.helper.logo names skills.yaml, which is no PNG, JPEG, GIF, WebP or SVG',
    ],
    [
      'a logo for a wall',
      tiny.replace('file: skills.yaml', 'file: skills.yaml, logo: wall.svg'),
      'line 5: bots.helper.logo names wall.svg, which has 196 KB: 100 KB at most, and a square',
    ],
    [
      'a long name of the assistant',
      tiny.replace('file: skills.yaml', `file: skills.yaml, title: ${'A'.repeat(41)}`),
      'line 5: bots.helper.title.en should be a short name',
    ],
    [
      'a language that is none',
      tiny.replace('file: skills.yaml', 'file: skills.yaml, greeting: { english: Hello }'),
      'line 5: bots.helper.greeting.english should be a language such as en, de or ar, not “english”',
    ],
    [
      'a rule without a label',
      `${rules.replace('routing', `${tiny}routing`)}    - { team: b, skills: [a.b] }`,
      'line 10: routing.rules.0.label is missing: write what visitors read, such as Orders and returns',
    ],
    [
      'a label in no language',
      `${rules.replace('routing', `${tiny}routing`)}    - { team: b, label: {}, skills: [a.b] }`,
      'line 10: routing.rules.0.label should hold what visitors read, such as Orders and returns in at least one language',
    ],
    [
      'a setting that there was',
      tiny.replace('bot: helper', 'bot: helper, languages: [en]'),
      'line 3: sites.demo.languages is no setting any more, leave it out',
    ],
    [
      'a name that a setting had',
      `${rules.replace('routing', `${tiny}routing`)}    - { team: b, label: B, intents: [a.b] }`,
      'line 10: routing.rules.0.intents is called skills',
    ],
    [
      'the same label in one of the languages',
      `${rules.replace('routing', `${tiny}routing`)}    - { team: b, label: { en: B, de: X }, skills: [a.b] }\n    - { team: c, label: { en: C, de: x }, skills: [a.c] }`,
      'line 11: routing.rules.1.label is the label of rule 1, too',
    ],
    [
      'a bot that is not there',
      tiny.replace('bot: helper', 'bot: helpr'),
      'line 3: sites.demo.bot names helpr, which is not under bots: did you mean helper?',
    ],
    [
      'no bot',
      tiny.replace(', bot: helper', ''),
      'line 3: sites.demo.bot is missing: write the name of one of the bots',
    ],
    [
      'a path in an origin',
      tiny.replace('shop.example', 'shop.example/'),
      'line 3: sites.demo.origins.0 should be an origin',
    ],
    [
      'a wildcard host',
      tiny.replace('shop.example', '*.shop.example'),
      'line 3: sites.demo.origins.0 should be an origin',
    ],
    [
      'a number that is none',
      `${tiny}port: many`,
      'line 7: port should be a port, a whole number from 0 to 65535, not “many”',
    ],
    [
      'a number too high',
      `${tiny}limits:\n  text: 9000`,
      'line 8: limits.text should be the longest text in characters, a whole number from 1 to 4000, not 9000',
    ],
    [
      'a variable that is not set',
      tiny.replace('token: secret', "token: '${TOKEN}'"),
      'line 6: desk.token needs TOKEN, which is not set',
    ],
    ['a variable that is wrong', tiny, 'PORT in the environment: port should be a port', { PORT: 'x' }],
    [
      'a label twice',
      `${rules.replace('routing', `${tiny}routing`)}    - { team: a, label: Orders, skills: [a] }\n    - { team: b, label: orders., skills: [b] }`,
      'line 11: routing.rules.1.label is the label of rule 1, too',
    ],
    [
      'rules without a default',
      `${tiny}routing:\n  rules: [{ team: a, label: A, skills: [a] }]`,
      'line 7: routing.default is missing',
    ],
    [
      'a rule that fits everybody',
      `${rules.replace('routing', `${tiny}routing`)}    - { team: b, label: B }`,
      'line 10: routing.rules.0.skills is missing: write skills, or conditions under when',
    ],
    [
      'a rule for a bot that is not there',
      `${rules.replace('routing', `${tiny}routing`)}    - { team: b, label: B, skills: [x], bots: [helpr] }`,
      'line 10: routing.rules.0.bots.0 names helpr, which is not under bots: did you mean helper?',
    ],
    [
      'a chain that ends nowhere',
      `${tiny}routing:\n  default: { team: a, then: [{ team: b, skip_if: [nobody_online] }] }`,
      'line 8: routing.default.then.0.skip_if ends nowhere: no team comes after this one',
    ],
    [
      'a default that is passed over for nothing',
      `${tiny}routing:\n  default: { team: a, skip_if: [nobody_online] }`,
      'line 8: routing.default.skip_if ends nowhere',
    ],
    [
      'a chain of nothing',
      `${rules.replace('routing', `${tiny}routing`)}    - { team: b, label: B, skills: [x], then: [] }`,
      'line 10: routing.rules.0.then should hold at least one team',
    ],
    [
      'a reason that there is not',
      `${rules.replace('routing', `${tiny}routing`)}    - { team: b, label: B, skills: [x], skip_if: [offline] }`,
      'line 10: routing.rules.0.skip_if.0 should be one of nobody_online, not “offline”',
    ],
    [
      'a strategy that there is not',
      `${tiny}routing:\n  strategy: order`,
      'line 8: routing.strategy should be one of rule_order, most_specific, innermost, not “order”',
    ],
    [
      'a condition that there is not',
      `${rules.replace('routing', `${tiny}routing`)}    - { team: b, label: B, when: { lang: de } }`,
      'line 10: routing.rules.0.when.lang is not a setting: there are language, page, hours, attributes',
    ],
    [
      'a handoff that is not there',
      `${tiny.replace('bot: helper', 'bot: helper, handoff: retuns')}handoffs: { returns: { team: a } }`,
      'line 3: sites.demo.handoff names retuns, which is not under handoffs: did you mean returns?',
    ],
    [
      'a handoff where there is none',
      tiny.replace('file: skills.yaml', 'file: skills.yaml, handoff: returns'),
      'line 5: bots.helper.handoff names returns, which is not under handoffs',
    ],
    [
      'a handoff for a bot that is not there',
      `${tiny}handoffs: { returns: { team: a, bots: helpr } }`,
      'line 7: handoffs.returns.bots names helpr, which is not under bots: did you mean helper?',
    ],
    [
      'a handoff with a state that there is not',
      `${tiny}handoffs: { returns: { state: on } }`,
      'line 7: handoffs.returns.state should be one of draft, active, inactive, not “on”',
    ],
    [
      'a handoff that carries what there is not',
      `${tiny}handoffs: { returns: { carries: [pages] } }`,
      'line 7: handoffs.returns.carries.0 should be one of words, summary, answers, page, skills, attributes',
    ],
    [
      'a handoff whose chain has no beginning',
      `${tiny}handoffs: { returns: { then: [a] } }`,
      'line 7: handoffs.returns.then comes after no team: write the first one as team',
    ],
    ['a handoff named off', `${tiny}handoffs: { off: {} }`, 'line 7: handoffs.off is a word that means no handoff'],
    ['a broken file', 'sites:\n  demo: [\n', 'line 3: this is not YAML'],
    ['the same setting twice', 'port: 1\nport: 2\n', 'line 2: this is not YAML: Map keys must be unique'],
    ['a list', '- a', 'line 1: should be a map of settings'],
    [
      'skills that are not there',
      tiny.replace('skills.yaml', 'nowhere.yaml'),
      'line 5: bots.helper.file names nowhere.yaml, which cannot be read',
    ],
    [
      'an unknown kind of bot',
      tiny.replace('kind: skills', 'kind: magic'),
      'line 5: bots.helper.kind should be skills (with a file) or webhook (with url and secret)',
    ],
    [
      'a time without sense',
      `${tiny}times: { asking: soon }`,
      'line 7: times.asking should be a time such as 20 s, 5 min, 24 h or 30 d of at least 1 s, not “soon”',
    ],
  ])('%s', (_, yaml, sentence, env) => expect(complaint(yaml, env)).toContain(sentence));

  test('everything at once, in the order of the file, the environment last', () => {
    const lines = complaint('prot: 1\nsites:\n  demo: { origins: [x], bot: a }\nbots: {}\n', { PORT: '-1' }).split(
      '\n',
    );
    expect(lines.map((line) => line.trim().replace(/^(line \d+|\S+)[^:]*: (\S+).*$/, '$1 $2'))).toEqual([
      'line 1 desk.url',
      'line 1 desk.account',
      'line 1 desk.token',
      'line 1 prot',
      'line 3 sites.demo.origins.0',
      'line 3 sites.demo.bot',
      'line 4 bots',
      'PORT port',
    ]);
  });

  test('a secret is never repeated', () => {
    for (const url of [
      'postgres://baton:geheim@db.example',
      'postgres://baton:ge/heim@db.example/baton',
      'mysql://baton:geheim@db.example/baton',
      'baton:geheim@db.example/baton',
    ]) {
      const told = complaint(tiny, { DATABASE_URL: url });
      expect(told).toMatch(/^DATABASE_URL in the environment: database.url should be PostgreSQL's address/);
      expect(told).not.toContain('heim');
    }
    expect(complaint(tiny, { DATABASE_URL: 'postgres://baton:geheim@db.example/baton?sslmode=prefer' })).toBe(
      'DATABASE_URL in the environment: database.url has an sslmode that there is not: write one of disable, require, verify-ca, verify-full',
    );
    const yaml = tiny.replace('kind: skills, file: skills.yaml', 'kind: webhook, url: nowhere, secret: short-one');
    expect(complaint(yaml)).toContain('bots.helper.secret should be');
    expect(complaint(yaml)).not.toContain('short-one');
    const url = tiny.replace('kind: skills, file: skills.yaml', 'kind: webhook, url: "ftp://me:geheim@x", secret: s');
    expect(complaint(url)).toContain('bots.helper.url should be');
    expect(complaint(url)).not.toContain('geheim');
  });

  test.each(['a'.repeat(32), 'abcabcabcabcabcabc'])('a secret that can be guessed: %s', (secret) => {
    const yaml = (of: string) =>
      tiny.replace('kind: skills, file: skills.yaml', `kind: webhook, url: 'https://bot.example', secret: ${of}`);
    expect(complaint(yaml(secret))).toMatch(/bots\.helper\.secret should be made by chance/);
    expect(complaint(yaml(secret))).not.toContain(secret);
    expect(read(yaml('0b9c2f41d6e87a35')).bots.helper).toMatchObject({ kind: 'webhook' });
  });

  test('a file that is not there', () => {
    expect(() => readConfig({ env: {}, file: join(folder, 'none.yaml') })).toThrow('cannot be read');
  });
});

describe('an origin is allowed', () => {
  const config = read(
    tiny.replace("'https://shop.example'", "'https://shop.example', 'https://b.example:8443', 'http://localhost:*'"),
  );
  test.each([
    ['https://shop.example', true],
    ['https://b.example:8443', true],
    ['http://localhost:5173', true],
    ['http://localhost', true],
    ['https://localhost:5173', false],
    ['http://localhost.evil.example', false],
    ['http://localhost:1@evil.example', false],
    ['https://shop.example.evil.example', false],
    ['https://shop.example:444', false],
    ['http://shop.example', false],
    ['null', false],
    ['', false],
  ])('%s: %s', (origin, allowed) => expect(config.sites.demo?.allowsOrigin(origin)).toBe(allowed));
});
