import { until } from './wait.ts';

/** People at the desk, over the desk's own API: the sandbox's, and so Chatwoot's. */

export interface Message {
  id: number;
  content: string | null;
  message_type: number;
  private: boolean;
  /** In seconds since 1970. */
  created_at: number;
  source_id: string | null;
  sender?: { name?: string; type?: string };
}

interface Conversation {
  id: number;
  status: string;
  meta: { team?: { name: string }; assignee?: { name: string }; sender: { id: number; name: string } };
}

export interface Agent {
  /** All of the account's, oldest first. */
  conversations(): Promise<Conversation[]>;
  messages(conversation: number): Promise<Message[]>;
  /** As people read it: `who: text`, notes as `note: …`, activities left out. */
  transcript(conversation: number): Promise<string[]>;
  reply(conversation: number, text: string): Promise<void>;
  setStatus(conversation: number, status: 'open' | 'pending' | 'resolved'): Promise<void>;
  remove(conversation: number, message: number): Promise<void>;
  notifications(): Promise<number>;
  setAvailability(availability: 'online' | 'busy' | 'offline'): Promise<void>;
  /** Waits until the desk has something. */
  sees(conversation: number, line: string): Promise<void>;
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
}

const conversationsPerPage = 25;
const messagesPerPage = 1_000;

export function openAgent(desk: string, token = 'sandbox-mara'): Agent {
  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${desk}/api/v1/accounts/1${path}`, {
      method,
      headers: { 'api-access-token': token, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return (text ? JSON.parse(text) : undefined) as T;
  }
  async function messages(id: number): Promise<Message[]> {
    const all: Message[] = [];
    for (;;) {
      const after = (all.at(-1)?.id ?? -1) + 1;
      const path = `/conversations/${id}/messages?after=${after}&before=1000000000`;
      const { payload } = await call<{ payload: Message[] }>('GET', path);
      all.push(...payload);
      if (payload.length < messagesPerPage) return all;
    }
  }
  const transcript = async (id: number) =>
    (await messages(id))
      .filter(({ message_type }) => message_type !== 2)
      .map((message) => {
        const who =
          message.message_type === 0 ? 'visitor' : message.sender?.type === 'agent_bot' ? 'bot' : message.sender?.name;
        return `${message.private ? 'note' : (who ?? 'nobody')}: ${message.content ?? ''}`;
      });
  return {
    call,
    messages,
    transcript,
    async conversations() {
      const all: Conversation[] = [];
      for (let page = 1; ; page += 1) {
        const path = `/conversations?status=all&sort_by=created_at_asc&page=${page}`;
        const { data } = await call<{ data: { payload: Conversation[] } }>('GET', path);
        all.push(...data.payload);
        if (data.payload.length < conversationsPerPage) return all.sort((a, b) => a.id - b.id);
      }
    },
    reply: async (id, content) => void (await call('POST', `/conversations/${id}/messages`, { content })),
    setStatus: async (id, status) => void (await call('POST', `/conversations/${id}/toggle_status`, { status })),
    remove: async (id, message) => void (await call('DELETE', `/conversations/${id}/messages/${message}`)),
    async setAvailability(availability) {
      await fetch(`${desk}/api/v1/profile/availability`, {
        method: 'POST',
        headers: { 'api-access-token': token, 'content-type': 'application/json' },
        body: JSON.stringify({ profile: { account_id: 1, availability } }),
      });
    },
    async notifications() {
      const { data } = await call<{ data: { meta: { count: number } } }>('GET', '/notifications');
      return data.meta.count;
    },
    sees: (id, text) =>
      until(
        async () => (await transcript(id).catch(() => [])).some((each) => each.includes(text)),
        `“${text}” in conversation ${id}`,
      ),
  };
}
