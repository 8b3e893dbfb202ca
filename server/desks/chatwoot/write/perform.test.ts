import { describe, expect, test } from 'vitest';
import type { DeskThread } from '../../desk.ts';
import { jon, mara, newThread, startDesk, taskFor, type DeskUnderTest, type Json } from '../testing/start-desk.ts';

const numberOf = (thread: DeskThread) => Number(thread.ref?.['number']);
const conversation = (under: DeskUnderTest, thread: DeskThread): Promise<Json> =>
  under.as('asha', 'GET', `conversations/${numberOf(thread)}`);

/** Who was told what so far, as `mara: conversation_mention`. */
async function told(under: DeskUnderTest): Promise<string[]> {
  const lists = await Promise.all(
    (['mara', 'jon', 'wim'] as const).map(async (who) => {
      const answer = await under.as(who, 'GET', 'notifications');
      return (answer.data.payload as Json[]).map((one) => `${who}: ${one.notification_type}`);
    }),
  );
  return lists.flat();
}

const handOver = (team: string | null) =>
  ({ do: 'handOver', team, attributes: { skills: 'Returns' }, note: 'n' }) as const;

describe.each(['4.10', '4.14'] as const)('Chatwoot %s', (chatwoot) => {
  const start = (more: Parameters<typeof startDesk>[0] = {}) =>
    startDesk({ ...more, sandbox: { switches: { chatwoot }, ...more.sandbox } });

  test('a round begins once, quietly, under an identifier that tells nothing', async () => {
    await using under = await start();
    const thread = newThread(under.desk.home);
    const visitor = {
      id: 'v-7',
      name: 'Una {{contact.id}}',
      site: 'shop',
      language: 'de',
      page: { url: 'https://shop.example/a', title: 'A' },
    };
    const task = taskFor(thread, { key: 'k', kind: 'begin', step: 'begin' }, { visitor });
    const three = await Promise.all([1, 2, 3].map(() => under.desk.perform(task)));
    const refs = three.flatMap((one) => (one.result === 'done' ? [one.ref?.['number']] : []));
    expect(new Set(refs).size).toBe(1);
    const found = await under.as('asha', 'GET', `conversations/${refs[0]}`);
    expect(found).toMatchObject({ status: 'pending', meta: { sender: { name: 'Una {{contact.id}}', email: null } } });
    expect(found.custom_attributes).toEqual({
      baton_language: 'de',
      baton_page: 'https://shop.example/a',
      baton_site: 'shop',
    });
    expect(found.meta.sender.identifier).toMatch(/^baton:/);
    expect(found.meta.sender.identifier).not.toContain('v-7');
    expect(await told(under)).toEqual([]);
  });

  test('a visitor’s second round is another conversation of the same contact', async () => {
    await using under = await start();
    const first = await under.begin({ id: 'v-1' });
    const second = await under.begin({ id: 'v-1' });
    expect(numberOf(second)).not.toBe(numberOf(first));
    const senders = await Promise.all(
      [first, second].map(async (one) => (await conversation(under, one)).meta.sender.id),
    );
    expect(senders[0]).toBe(senders[1]);
  });

  test('a handover tells the person who is picked, and nobody before', async () => {
    await using under = await start();
    const thread = await under.begin();
    await under.say(thread, 'Where is my order?');
    await under.say(thread, 'I will ask somebody.', 'bot');
    const done = await under.run(thread, handOver('Support'), { note: 'Wants: Returns' });
    expect(done.map(({ step, result }) => [step, result])).toEqual(
      ['clear', 'describe', 'note', 'open', 'team', 'check'].map((step) => [step, 'done']),
    );
    expect(done.at(-1)).toMatchObject({ state: { status: 'open', assignee: mara, team: { name: 'support' } } });
    expect(done.some((one) => 'taken' in one)).toBe(false);
    expect((await told(under)).filter((one) => one.includes('assignment'))).toEqual(['mara: conversation_assignment']);
    expect(await under.messages(thread)).toMatchObject([
      { content: 'Where is my order?', message_type: 0, private: false },
      { content: 'I will ask somebody.', message_type: 1, sender: { type: 'agent_bot' } },
      { content: 'Wants: Returns', private: true, sender: { type: 'agent_bot' } },
    ]);
    expect((await conversation(under, thread)).custom_attributes).toMatchObject({ baton_skills: 'Returns' });
  });

  test('with nobody online a note calls the team, and every member is told', async () => {
    await using under = await start();
    await under.as('mara', 'POST', '/api/v1/profile/availability', {
      profile: { account_id: 1, availability: 'offline' },
    });
    const thread = await under.begin();
    const done = await under.run(thread, handOver('support'));
    expect(done.at(-1)).toMatchObject({ state: { assignee: null } });
    await under.run(thread, { do: 'call', team: 'support', note: 'n' }, { note: 'please take over' });
    const mentioned = (await told(under)).filter((one) => one.endsWith('conversation_mention'));
    expect(mentioned.sort()).toEqual(['mara: conversation_mention', 'wim: conversation_mention']);
    expect((await under.messages(thread)).at(-1)).toMatchObject({
      content: '[@support](mention://team/1/support) please take over',
      private: true,
    });
  });

  test('the token’s own user, picked for being online, is nobody', async () => {
    const asha = {
      name: 'Asha Verma',
      email: 'asha@sandbox.example',
      role: 'administrator',
      token: 'sandbox-administrator',
    } as const;
    const seed = {
      account: 'Sandbox',
      people: [{ ...asha, availability: 'online' as const }],
      teams: { support: [asha.email] },
    };
    await using under = await start({ sandbox: { seed, switches: { chatwoot } } });
    const thread = await under.begin();
    const done = await under.run(thread, handOver('support'));
    expect((await conversation(under, thread)).meta.assignee.id).toBe(1);
    for (const one of done.slice(-2)) expect(one).toMatchObject({ state: { status: 'open', assignee: null } });
    const picked = async () => {
      const read = await under.desk.read(thread, new Set());
      return read.result === 'read' ? read.state.assignee : undefined;
    };
    expect(await picked()).toBeNull();
    await under.as('asha', 'POST', `conversations/${numberOf(thread)}/messages`, { content: 'I am here' });
    const [check] = under.desk.plan(handOver('support')).filter(({ step }) => step === 'check');
    if (check) expect(await under.desk.perform(taskFor(thread, check))).toMatchObject({ taken: { key: '1' } });
    await under.say(thread, 'Thank you');
    expect(await picked()).toMatchObject({ key: '1' });
  });

  test('a person whose number is the bot’s is told, too: teams and people are set with the user’s token', async () => {
    const people = [
      { name: 'Mara Ostby', email: 'mara@sandbox.example', role: 'agent', token: 'sandbox-mara' },
      { name: 'Asha Verma', email: 'asha@sandbox.example', role: 'administrator', token: 'sandbox-administrator' },
    ] as const;
    const seed = {
      account: 'Sandbox',
      people: people.map((one) => ({ ...one, availability: 'online' as const })),
      teams: { support: ['mara@sandbox.example'] },
    };
    await using under = await start({ sandbox: { seed, switches: { chatwoot } } });
    expect(under.desk.provisioned()).toMatchObject({ bot: { id: 1 } }); // and Mara's is 1
    const notified = async () => (await under.as('mara', 'GET', 'notifications')).data.payload as Json[];
    const thread = await under.begin();
    await under.run(thread, handOver('support'));
    expect(await notified()).toMatchObject([{ notification_type: 'conversation_assignment', primary_actor_id: 1 }]);
    const other = await under.begin({ id: 'other' });
    await under.run(other, { do: 'assign', agent: { key: '1', name: 'Mara Ostby' } });
    expect(await notified()).toMatchObject([
      { notification_type: 'conversation_assignment', primary_actor_id: 2 },
      { primary_actor_id: 1 },
    ]);
  });

  test('without a team the members of the inbox are called, one by one', async () => {
    await using under = await start();
    const thread = await under.begin();
    await under.run(thread, { do: 'call', team: null, note: 'n' }, { note: 'please' });
    const { content } = (await under.messages(thread)).at(-1);
    expect(content).toContain('[@Mara Ostby](mention://user/2/Mara%20Ostby)');
    expect((await told(under)).filter((one) => one.endsWith('conversation_mention'))).toHaveLength(3);
  });

  test('a team that is not there is said, and takes no team away', async () => {
    await using under = await start();
    const thread = await under.begin();
    const done = await under.run(thread, handOver('nobody'));
    expect(done.find(({ step }) => step === 'team')).toMatchObject({
      result: 'done',
      note: expect.stringContaining('nobody'),
    });
    expect((await conversation(under, thread)).status).toBe('open');
  });

  test('a second handover to the same team tells the person picked, again', async () => {
    await using under = await start();
    const thread = await under.begin();
    await under.run(thread, handOver('support'));
    await under.run(thread, { do: 'takeBack', note: 'n' });
    const between = await conversation(under, thread);
    expect(between).toMatchObject({ status: 'pending' });
    expect(between.meta.team ?? null).toBeNull();
    expect(await under.as('asha', 'GET', `conversations/${numberOf(thread)}/participants`)).toEqual([]);
    const before = await told(under);
    await under.say(thread, 'the bot again');
    expect(await told(under)).toEqual(before);
    const notified = async () => (await under.as('mara', 'GET', 'notifications')).data.payload[0].id as number;
    const first = await notified(); // one row a conversation: the newest hides those before it
    await under.run(thread, handOver('support'));
    expect(await told(under)).toContain('mara: conversation_assignment');
    expect(await notified()).toBeGreaterThan(first);
  });

  test('a person who has it already keeps it', async () => {
    await using under = await start();
    const thread = await under.begin();
    await under.as('jon', 'POST', `conversations/${numberOf(thread)}/toggle_status`, { status: 'open' });
    await under.as('jon', 'POST', `conversations/${numberOf(thread)}/assignments`, { assignee_id: 3 });
    const done = await under.run(thread, handOver('support'));
    expect(done[0]).toMatchObject({ step: 'clear', result: 'done', taken: jon });
    expect(done.find(({ step }) => step === 'team')).toMatchObject({ taken: jon });
    expect((await conversation(under, thread)).meta.assignee.id).toBe(3);
  });

  test('an answer in a pending thread: it is opened and given to whoever spoke', async () => {
    await using under = await start();
    const thread = await under.begin();
    await under.as('jon', 'POST', `conversations/${numberOf(thread)}/messages`, { content: 'I have it' });
    expect(await conversation(under, thread)).toMatchObject({ status: 'pending' });
    const done = await under.run(thread, { do: 'assign', agent: jon });
    expect(done.map((one) => [one.step, one.result])).toEqual([
      ['open', 'done'],
      ['assign', 'done'],
    ]);
    expect(await conversation(under, thread)).toMatchObject({ status: 'open', meta: { assignee: { id: 3 } } });
  });

  test('cancelling leaves a person who has just answered alone', async () => {
    await using under = await start();
    const thread = await under.begin();
    await under.run(thread, handOver('support'));
    const [note, ...rest] = under.desk.plan({ do: 'takeBack', note: 'n' });
    if (note) await under.desk.perform(taskFor(thread, note));
    await under.as('mara', 'POST', `conversations/${numberOf(thread)}/messages`, { content: 'Hello' });
    for (const op of rest) expect(await under.desk.perform(taskFor(thread, op))).toMatchObject({ taken: mara });
    expect(await conversation(under, thread)).toMatchObject({ status: 'open', meta: { assignee: { id: 2 } } });
  });

  test('closing resolves, with a note; repeating any of it changes nothing', async () => {
    await using under = await start();
    const thread = await under.begin();
    await under.run(thread, handOver('support'));
    const close = under.desk.plan({ do: 'close', note: 'n' }).map((op) => taskFor(thread, op, { sentAt: Date.now() }));
    for (const task of [...close, ...close, ...close])
      expect(await under.desk.perform(task)).toMatchObject({ result: 'done' });
    expect(await conversation(under, thread)).toMatchObject({ status: 'resolved' });
    expect((await under.messages(thread)).filter((one) => one.content === 'A note')).toHaveLength(2); // handover and close
  });

  test('attributes that agents noted stay', async () => {
    await using under = await start();
    const thread = await under.begin();
    const path = `conversations/${numberOf(thread)}/custom_attributes`;
    await under.as('mara', 'POST', path, { custom_attributes: { order: '17' } });
    await under.run(thread, handOver(null));
    expect((await conversation(under, thread)).custom_attributes).toMatchObject({
      order: '17',
      baton_skills: 'Returns',
    });
    const defined = await under.as('asha', 'GET', 'custom_attribute_definitions?attribute_model=0');
    expect(defined.map((one: Json) => one.attribute_key)).toContain('baton_skills');
  });

  test('whatever is said stands at the desk as it was meant', async () => {
    const log: string[] = [];
    const note = (_fields: object, sentence: string) => void log.push(sentence);
    await using under = await start({ desk: { log: { info: note, warn: note, error: note } } });
    const thread = await under.begin({ name: '`Una` {{contact.name}}' });
    const texts = [
      '{{contact.name}}',
      '{% for i in (1..100000000) %}x{% endfor %}',
      'Use {{ to start',
      '`{{contact.name}}` and {{contact.name}}',
      'odd ` one {{contact.name}}',
      '{`{% endraw %}{{contact.name}}`{{contact.name}}',
      '```\n{% if %}\n``` {%',
      '{{{%{%}}%}`{`',
      'a\0b \ud800',
    ];
    for (const text of texts) {
      expect(await under.say(thread, text, 'bot')).toMatchObject({ result: 'done' });
      expect(await under.run(thread, { do: 'call', team: 'sales', note: 'n' }, { note: text })).toMatchObject([
        { result: 'done' },
      ]);
      expect(await under.say(thread, text)).toMatchObject({ result: 'done' });
    }
    const stored = (await under.messages(thread)).map((one) => one.content.replace(/^\[@sales\]\(\S+\) /, ''));
    const meant = texts.map((text) => text.replace('\0', '').replace('\ud800', '\ufffd'));
    expect(stored).toEqual(meant.flatMap((text) => [text, text, text]));
    expect(log).not.toContain('the desk changed our words');
  });

  test('the choices of a bot are listed', async () => {
    await using under = await start();
    const thread = await under.begin();
    const choices = [
      { title: 'Red', value: 'r' },
      { title: 'Blue', value: 'b' },
    ];
    const message = { author: { kind: 'bot' } as const, text: 'Which?', choices };
    await under.run(thread, { do: 'say', message: 'm' }, { message });
    expect((await under.messages(thread))[0].content).toBe('Which?\n\n- Red\n- Blue');
  });
});
