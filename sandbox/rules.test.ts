import { describe, expect, test } from 'vitest';
import type { Conversation, Message, Status } from './model.ts';
import { answering, change, firstStatus, mentioned, refusal, reopening } from './rules.ts';
import type { Setting } from './rules.ts';

const conversation = (with_: Partial<Conversation> = {}): Conversation => ({
  id: 1,
  uuid: '',
  inbox_id: 1,
  contact_id: 1,
  contact_inbox_id: 1,
  status: 'pending',
  assignee_id: null,
  assignee_agent_bot_id: null,
  team_id: null,
  priority: null,
  labels: [],
  custom_attributes: {},
  additional_attributes: {},
  snoozed_until: null,
  waiting_since: null,
  first_reply_created_at: null,
  agent_last_seen_at: null,
  assignee_last_seen_at: null,
  contact_last_seen_at: null,
  last_activity_at: 0,
  participants: [],
  created_at: 0,
  updated_at: 0,
  ...with_,
});

const message = (with_: Partial<Message>): Message => ({
  id: 9,
  conversation_id: 1,
  inbox_id: 1,
  content: '',
  original: '',
  message_type: 'outgoing',
  content_type: 'text',
  content_attributes: {},
  private: false,
  status: 'sent',
  source_id: null,
  sender: { type: 'User', id: 2 },
  attachments: [],
  created_at: 7,
  updated_at: 7,
  ...with_,
});

/** Inbox of 2, 3 and 4; all of them online unless said otherwise. */
const setting = (with_: Partial<Setting> = {}): Setting => ({
  now: 5,
  version: '4.14',
  inbox: { members: [2, 3, 4], queue: [4, 3, 2], enable_auto_assignment: false },
  team: undefined,
  isAvailable: () => true,
  ...with_,
});

const names = (changed: object[] | undefined) => changed?.flatMap((one) => Object.keys(one));

test.for<[Status, { hasBot: boolean; blocked: boolean }, Status]>([
  ['open', { hasBot: false, blocked: false }, 'open'],
  ['snoozed', { hasBot: false, blocked: false }, 'snoozed'],
  ['open', { hasBot: true, blocked: false }, 'pending'],
  ['open', { hasBot: true, blocked: true }, 'resolved'],
])('a conversation asked to be %s, with %o, begins as %s', ([asked, who, begins]) => {
  expect(firstStatus(asked, who)).toBe(begins);
});

test.for<[Status, { hasBot: boolean; blocked: boolean }, Status | undefined]>([
  ['resolved', { hasBot: true, blocked: false }, 'pending'],
  ['resolved', { hasBot: false, blocked: false }, 'open'],
  ['resolved', { hasBot: true, blocked: true }, undefined],
  ['snoozed', { hasBot: true, blocked: false }, 'open'],
  ['pending', { hasBot: true, blocked: false }, undefined],
  ['open', { hasBot: true, blocked: false }, undefined],
])('a visitor who writes in a %s one, with %o, makes it %s', ([status, who, becomes]) => {
  expect(reopening(conversation({ status }), message({ message_type: 'incoming' }), who)).toBe(becomes);
});

test('nobody but the visitor reopens by writing', () => {
  const who = { hasBot: false, blocked: false };
  expect(reopening(conversation({ status: 'resolved' }), message({}), who)).toBeUndefined();
});

describe('a team', () => {
  const sales = { members: [2, 3], allow_auto_assign: true };

  test('picks the member who is longest without a new conversation, and moves them to the end', () => {
    const first = change(conversation(), { team_id: 1 }, setting({ team: sales }));
    expect(first.after.assignee_id).toBe(2);
    expect(first.queue).toEqual([2, 4, 3]);
    const inbox = { ...setting().inbox, queue: first.queue };
    expect(change(conversation(), { team_id: 1 }, setting({ team: sales, inbox })).after.assignee_id).toBe(3);
  });

  test('picks in the same save, so one update tells both', () => {
    const { saves } = change(conversation(), { team_id: 1 }, setting({ team: sales }));
    expect(saves.map(({ changed }) => names(changed))).toEqual([['assignee_id', 'updated_at', 'team_id']]);
  });

  test.for<[string, Partial<Setting>]>([
    ['is online', { isAvailable: () => false }],
    ['is in the inbox', { inbox: { members: [4], queue: [4], enable_auto_assignment: false } }],
    ['may be picked', { team: { members: [2, 3], allow_auto_assign: false } }],
  ])('picks nobody where nobody %s', ([, with_]) => {
    expect(change(conversation(), { team_id: 1 }, setting({ team: sales, ...with_ })).after.assignee_id).toBeNull();
  });

  test('drops an assignee who is not in it, and keeps one who is', () => {
    const off = setting({ team: { members: [2, 3], allow_auto_assign: false } });
    expect(change(conversation({ assignee_id: 4 }), { team_id: 1 }, off).after.assignee_id).toBeNull();
    expect(change(conversation({ assignee_id: 3 }), { team_id: 1 }, off).after.assignee_id).toBe(3);
  });

  test('that is set again changes nothing and tells nobody', () => {
    expect(change(conversation({ team_id: 1 }), { team_id: 1 }, setting({ team: sales })).saves).toEqual([]);
  });
});

describe('the round robin of the inbox', () => {
  const on = { members: [2, 3, 4], queue: [4, 3, 2], enable_auto_assignment: true };

  test('on 4.10 swallows the change of status it comes with', () => {
    const { saves, after } = change(conversation(), { status: 'open' }, setting({ version: '4.10', inbox: on }));
    expect(after).toMatchObject({ status: 'open', assignee_id: 2 });
    expect(saves.map((save) => [save.statusTold, names(save.changed)])).toEqual([
      [false, ['assignee_id', 'updated_at']],
    ]);
  });

  test('on 4.14 tells both', () => {
    const { saves } = change(conversation(), { status: 'open' }, setting({ inbox: on }));
    expect(saves.map((save) => [save.statusTold, names(save.changed)])).toEqual([
      [true, ['status', 'updated_at']],
      [false, ['assignee_id', 'updated_at']],
    ]);
  });

  test('leaves an assigned member alone', () => {
    const { after } = change(conversation({ assignee_id: 3 }), { status: 'open' }, setting({ inbox: on }));
    expect(after.assignee_id).toBe(3);
  });
});

test('resolving ends the waiting without a word', () => {
  const { saves, after } = change(
    conversation({ status: 'open', waiting_since: 3 }),
    { status: 'resolved' },
    setting(),
  );
  expect(after.waiting_since).toBeNull();
  expect(names(saves[0]?.changed)).toEqual(['status', 'updated_at']);
});

test('the same status again is no change', () => {
  expect(change(conversation({ status: 'open' }), { status: 'open' }, setting()).saves).toEqual([]);
});

test('leaving snoozed forgets until when', () => {
  const { after } = change(conversation({ status: 'snoozed', snoozed_until: 9 }), { status: 'open' }, setting());
  expect(after.snoozed_until).toBeNull();
});

describe('who waits', () => {
  const bot = { sender: { type: 'AgentBot' as const, id: 1 } };
  const visitor = { message_type: 'incoming' as const, sender: { type: 'Contact' as const, id: 1 } };

  test.for<[string, Partial<Conversation>, Partial<Message>, ReturnType<typeof answering>]>([
    [
      'a person answers first',
      { waiting_since: 3 },
      {},
      { patch: { first_reply_created_at: 7, waiting_since: null }, firstReply: true },
    ],
    [
      'a person answers later',
      { waiting_since: 3, first_reply_created_at: 4 },
      {},
      { patch: { waiting_since: null }, firstReply: false },
    ],
    ['a person leaves a note', { waiting_since: 3 }, { private: true }, undefined],
    ['the bot answers', { waiting_since: 3 }, bot, { patch: { waiting_since: null }, firstReply: false }],
    ['the bot answers nobody', {}, bot, undefined],
    ['the visitor begins to wait', {}, visitor, { patch: { waiting_since: 7 }, firstReply: false }],
    ['the visitor waits already', { waiting_since: 3 }, visitor, undefined],
  ])('%s', ([, before, said, effect]) => {
    expect(answering(conversation(before), message(said), 0)).toEqual(effect);
  });
});

test.for<[Parameters<typeof refusal>[0], number, string | undefined]>([
  [{ content: 'x'.repeat(150_000), content_type: 'text', items: undefined }, 199, undefined],
  [{ content: 'x', content_type: 'nonsense', items: undefined }, 0, "'nonsense' is not a valid content_type"],
  [{ content: 'x', content_type: 'text', items: undefined }, 200, 'Validation failed: Too many messages'],
])('a message may be refused', ([wanted, lately, words]) => {
  expect(refusal(wanted, lately)).toBe(words);
});

test('a note names people, and the members of teams', () => {
  const note = '[@support](mention://team/2/support) and [@Liam](mention://user/2/Liam%20Ortiz), please';
  expect(mentioned(note, (team) => (team === 2 ? [3, 4] : []))).toEqual([3, 4, 2]);
});
