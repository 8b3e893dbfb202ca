import type { Api } from './api.ts';
import type { Priority } from './queue.ts';
import {
  Agents,
  Anything,
  Assigned,
  Conversation,
  Conversations,
  Members,
  Messages,
  Teams,
  type Agent,
  type Message,
} from './shapes.ts';
import type { Answer } from './answer.ts';

/** Message ids are numbers of 31 bits; with both bounds the desk goes by ids alone. */
const afterAll = 2_147_483_647;
/** The most rows that the desk gives for a range. */
const fullRange = 1_000;

/**
 * For answers that cannot be halved: a message may have 150,000 characters, told twice, and a page has twenty. Lists of
 * conversations tell the last messages of each.
 */
export const longestBytes = 20 * 1024 * 1024;

/** One conversation. Its number is the one people see. */
export const readConversation = (
  api: Api,
  number: number,
  priority: Priority = 'write',
): Promise<Answer<Conversation>> =>
  api.ask({ method: 'GET', path: `conversations/${number}`, answer: Conversation, priority, longestBytes });

/** The conversations of a contact inbox, by its source, the oldest first: one, where the inbox is locked to a single one. */
export const conversationsOf = async (
  api: Api,
  inbox: number,
  source: string,
  priority: Priority = 'write',
): Promise<Answer<Conversation[]>> => {
  const query = { inbox_id: inbox, source_id: source, status: 'all', sort_by: 'created_at_asc' };
  const answer = await api.ask({ method: 'GET', path: 'conversations', query, answer: Conversations, priority });
  return answer.ok ? { ...answer, body: answer.body.data.payload } : answer;
};

/** A message that is left out: nobody can read it. Null where not even its id can. */
export interface Skipped {
  message: number | null;
  why: string;
}

/**
 * All messages with `from` ≤ id < `to`, by ascending id. Never by `after` alone: that goes by time, and cuts at a hundred.
 * A range that is cut, or too long to be taken, is read in halves; so no message keeps those beside it from being read.
 * @param skipped is told of messages that are left out
 */
export async function readRange(
  api: Api,
  number: number,
  from: number,
  to = afterAll,
  priority: Priority = 'write',
  skipped: (row: Skipped) => void = () => {},
): Promise<Answer<Message[]>> {
  const first = Math.max(from, 1);
  const halves = async (middle: number): Promise<Answer<Message[]>> => {
    const lower = await readRange(api, number, first, middle, priority, skipped);
    const upper = lower.ok ? await readRange(api, number, middle, to, priority, skipped) : lower;
    if (!lower.ok || !upper.ok) return upper;
    return { ok: true, body: [...lower.body, ...upper.body], at: Math.max(lower.at, upper.at) };
  };
  const isOne = to - first <= 1;
  const page = await api.ask({
    method: 'GET',
    path: `conversations/${number}/messages`,
    query: { after: first, before: to },
    answer: Messages,
    priority,
    ...(isOne ? { longestBytes } : {}),
  });
  if (!page.ok) {
    if (!page.tooLong) return page;
    if (isOne) {
      skipped({ message: first, why: page.why });
      return { ok: true, body: [], at: 0 };
    }
    if (to < afterAll) return halves(Math.floor((first + to) / 2));
    const end = await findEnd(api, number, priority);
    return end.ok ? readRange(api, number, first, Math.max(end.body, first + 1), priority, skipped) : end;
  }
  const { payload, bad, count } = page.body;
  const rows = payload.sort((a, b) => a.id - b.id);
  const middle = rows[Math.floor(rows.length / 2)]?.id;
  if (count >= fullRange && middle !== undefined && middle !== first) return halves(middle);
  for (const message of bad) skipped({ message, why: 'it is not as Chatwoot writes messages' });
  return { ...page, body: rows };
}

/** The id after the newest message. */
async function findEnd(api: Api, number: number, priority: Priority): Promise<Answer<number>> {
  const path = `conversations/${number}/messages`;
  const newest = await api.ask({ method: 'GET', path, answer: Messages, priority, longestBytes });
  if (!newest.ok) return newest;
  const { payload, bad } = newest.body;
  return { ...newest, body: Math.max(0, ...payload.map(({ id }) => id), ...bad.map((id) => id ?? 0)) + 1 };
}

/** The newest messages, at least `count` of them where there are as many, by ascending id. */
export async function readNewest(
  api: Api,
  number: number,
  count: number,
  priority: Priority,
): Promise<Answer<Message[]>> {
  let rows: Message[] = [];
  for (;;) {
    const query = rows[0] ? { before: rows[0].id } : {};
    const path = `conversations/${number}/messages`;
    const page = await api.ask({ method: 'GET', path, query, answer: Messages, priority, longestBytes });
    if (!page.ok) return page;
    rows = [...page.body.payload, ...rows].sort((a, b) => a.id - b.id);
    if (rows.length >= count || page.body.payload.length === 0 || page.body.count < 20) return { ...page, body: rows };
  }
}

/** The newest twenty that visitors may see: neither notes nor activities. By ascending id. */
export async function readPublic(api: Api, number: number, priority: Priority = 'write'): Promise<Answer<Message[]>> {
  const path = `conversations/${number}/messages`;
  const query = { filter_internal_messages: 1 };
  const page = await api.ask({ method: 'GET', path, query, answer: Messages, priority, longestBytes });
  return page.ok ? { ...page, body: page.body.payload.sort((a, b) => a.id - b.id) } : page;
}

/** The people who are told of conversations in an inbox. */
export const readMembers = async (api: Api, inbox: number): Promise<Answer<Agent[]>> => {
  const answer = await api.ask({ method: 'GET', path: `inbox_members/${inbox}`, answer: Members });
  return answer.ok ? { ...answer, body: answer.body.payload } : answer;
};

export const readAgents = (api: Api, priority: Priority = 'write') =>
  api.ask({ method: 'GET', path: 'agents', answer: Agents, priority });
export const readTeams = (api: Api) => api.ask({ method: 'GET', path: 'teams', answer: Teams });
export const readTeamMembers = (api: Api, team: number) =>
  api.ask({ method: 'GET', path: `teams/${team}/team_members`, answer: Agents });

/**
 * Assigns a person, nobody, a team, or no team (0). With the user's token: a person whose number happens to be the
 * bot's would be told nothing of what the bot does.
 */
export const assign = (api: Api, number: number, to: { assignee_id: number | null } | { team_id: number }) =>
  api.ask({ method: 'POST', path: `conversations/${number}/assignments`, body: to, answer: Assigned });

/** Sets the status as the bot: opened so, it is a handoff to the desk, and nobody is assigned for having opened it. */
export const setStatus = (api: Api, number: number, status: 'open' | 'pending' | 'resolved') =>
  api.ask({
    method: 'POST',
    path: `conversations/${number}/toggle_status`,
    body: { status },
    as: 'bot',
    answer: Anything,
  });
