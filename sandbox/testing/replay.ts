import type { Json, Version } from '../model.ts';
import { isObject } from '../values.ts';
import { createIds, differences } from './compare.ts';
import type { Ids } from './compare.ts';
import { readScene } from './scene.ts';
import type { Block, RecordedCall } from './scene.ts';
import { messagesPerMinute } from '../rules.ts';
import { abandon, ask, until } from './stage.ts';
import type { Heard, Stage } from './stage.ts';
import { createTranslation } from './translation.ts';

/** Calls of a scene whose answers are not compared, by their note, and why; the README says so, too. */
export type Skips = Record<string, string>;

/** Plays recorded scenes one after the other, as they were: each builds on what those before left. */
export interface Replay {
  ids: Ids;
  /** @returns what was different, one line each */
  play(scene: string, skips?: Skips): Promise<string[]>;
}

export function createReplay(version: Version, stage: Stage): Replay {
  const ids = createIds();
  const { sandbox, receiver } = stage;
  const tokens = new Map<string | null, string | null>([
    ['asha', 'TOKEN-ASHA'],
    ['liam', 'TOKEN-LIAM'],
    ['mei', 'TOKEN-MEI'],
    ['omar', 'TOKEN-OMAR'],
    ['nonsense', 'nonsense'],
    [null, null],
  ]);
  const { ourPath, ourBody, recordedUrl, learnWords } = createTranslation(ids, receiver.url);

  async function playCall(call: RecordedCall, skipped: boolean): Promise<string[]> {
    const answers = asTheReceiverDid(call);
    receiver.answers(answers);
    sandbox.set({ timeoutMs: answers === 'hang' ? 300 : 5000 }); // nobody wants to wait five seconds
    const { method } = call.request;
    const path = ourPath(call.request.path);
    const token = tokens.get(call.as);
    if (token === undefined) return [`${call.note}: nobody is called ${call.as}`];
    const answer = await ask(sandbox.url, token, method, path, ourBody(call));
    if (skipped) return [];
    learnWords(call.response.body, answer.body);
    const body = isObject(answer.body) ? answer.body : {};
    if (call.request.path.endsWith('/agent_bots') && typeof body['access_token'] === 'string')
      tokens.set('bot', body['access_token']);
    const found = differences(call.response.body, recordedUrl(answer.body), ids, { delivery: false, late: false });
    if (answer.status !== call.response.status)
      found.unshift(`status ${call.response.status} recorded, ${answer.status} here`);
    return found.map((line) => `${method} ${call.request.path} (${call.note}): ${line}`);
  }

  async function playBlock(block: Block, scene: string, skips: Skips): Promise<string[]> {
    receiver.heard.length = 0;
    const found: string[] = [];
    // A refused delivery marks its message: those of the same moment are composed before any of them is answered.
    const isTogether = scene === '08-failures';
    sandbox.set({ hold: isTogether });
    for (const call of block.calls) {
      found.push(...(await playCall(call, skips[call.note] !== undefined)));
      if (scene === '16-catch-up' && call.note === 'without internal ones') await hangUp(call);
      if (scene === '18-limits' && call.note === 'conversation') await flood(call);
    }
    await sandbox.idle();
    if (isTogether) {
      sandbox.set({ hold: false });
      await sandbox.idle();
    }
    const undelivered = deliveries(block, scene);
    return [...found, ...undelivered, ...(undelivered.length > 0 ? await failedDeliveries() : [])];
  }

  /** As a multiset: the order of arrival is nobody's promise. */
  function deliveries(block: Block, scene: string): string[] {
    const recorded = block.deliveries.filter(({ webhook }) => webhook.to === '/hook/inbox');
    const left = receiver.heard.filter(({ path }) => path === '/hook/inbox');
    const changes = recorded.filter(({ webhook }) => webhook.body['event'] === 'conversation_updated');
    const asked = recorded.some(({ webhook }) => webhook.body['content_type'] === 'input_csat');
    const late = block.calls.length > 1 || changes.length > 1 || recorded.length > 3 || asked;
    const missing = recorded.flatMap(({ webhook }) => {
      const index = left.findIndex((one) => digest(one.body) === digest(webhook.body));
      const [heard] = index < 0 ? [] : left.splice(index, 1);
      if (!heard) return [`not delivered here: ${digest(webhook.body)}`];
      const lines = [
        ...differences(webhook.body, recordedUrl(heard.body), ids, { delivery: true, late }),
        ...differences(headersOf(webhook.headers), headersOf(heard.headers), ids, { delivery: true, late }),
      ];
      return lines.map((line) => `delivery ${digest(webhook.body)}: ${line}`);
    });
    const unwritten = notWrittenDown[scene];
    const extra = left.map((one) => digest(one.body)).filter((line) => !unwritten?.test(line));
    return [...missing, ...extra.map((line) => `delivered only here: ${line}`)];
  }

  /** What the sandbox could not deliver lately, for one who looks for what is missing. */
  async function failedDeliveries(): Promise<string[]> {
    const answer = await fetch(`${sandbox.url}/sandbox/deliveries`);
    const all = (await answer.json()) as { event: string; outcome: string; error?: string }[];
    const failed = all.filter(({ outcome }) => outcome !== 'sent').slice(-5);
    return failed.map(({ event, outcome, error }) => `${event} ${outcome} a while ago: ${error ?? 'on purpose'}`);
  }

  /** Scene 18 wrote down the first of 200 messages and the 201st only. */
  async function flood({ response }: RecordedCall): Promise<void> {
    const id = isObject(response.body) ? ids.ours('conversation', Number(response.body['id'])) : 0;
    for (let n = 0; n < messagesPerMinute; n++) {
      const body = { content: `n ${n}`, message_type: 'incoming', source_id: `n-${n}` };
      await ask(sandbox.url, 'TOKEN-ASHA', 'POST', `/conversations/${id}/messages`, body);
    }
  }

  /** Scene 16: forty posts whose client hung up; all were stored, and are looked at in scene 17. */
  async function hangUp({ request }: RecordedCall): Promise<void> {
    const path = ourPath(request.path).replace(/\?.*/, '');
    for (let n = 0; n < 40; n++) {
      const body = { content: `cut ${n}`, message_type: 'incoming', source_id: `cut-${n}` };
      await abandon(sandbox.url + path, 'TOKEN-ASHA', body);
    }
    await until(async () => {
      const { body } = await ask(sandbox.url, 'TOKEN-ASHA', 'GET', path);
      return JSON.stringify(body).includes('cut-39');
    });
  }

  return {
    ids,
    async play(scene, skips = {}) {
      const found: string[] = [];
      for (const block of readScene(version, scene)) found.push(...(await playBlock(block, scene, skips)));
      return found;
    },
  };
}

/** What the receiver of the recording did, as the texts of scene 08 say. */
function asTheReceiverDid({ request: { body } }: RecordedCall): number | 'hang' {
  const content = isObject(body) ? body['content'] : undefined;
  if (typeof content !== 'string') return 200;
  if (content.includes('hook answers 500')) return 500;
  if (content.includes('hook takes 7 s')) return 'hang';
  return content.includes('hook redirects') ? 302 : 200;
}

/** The recorder left these deliveries out: one of many stands for all. */
const notWrittenDown: Record<string, RegExp> = { '16-catch-up': / cut \d+$/, '18-limits': / n \d+$/ };

/** Fields that tell deliveries of one block apart. */
function digest(body: Json): string {
  const { event, message_type, content, is_private } = body;
  const isMessage = message_type !== undefined;
  const user = isObject(body['user']) ? String(body['user']['name']) : '';
  const changed = Array.isArray(body['changed_attributes']) ? body['changed_attributes'].flatMap(changes) : [];
  const text = String(content ?? '').replace(/https?:\S+/, '<link>');
  const parts = isMessage ? [message_type, body['private'] === true ? 'private' : '', text] : [user, is_private ?? ''];
  return [event, ...parts, ...changed].filter((part) => part !== '').join(' ');
}

function changes(change: unknown): string[] {
  if (!isObject(change)) return [];
  return Object.entries(change)
    .filter(([name]) => name !== 'updated_at' && name !== 'cached_label_list')
    .map(([name, values]) => {
      const { previous_value, current_value } = isObject(values) ? values : {};
      const telling = name === 'status' || name === 'priority' || name === 'assignee_id';
      return telling ? `${name} ${String(previous_value)}→${String(current_value)}` : name;
    });
}

/** Header names by which versions differ; their values are compared elsewhere. */
function headersOf(headers: Heard['headers']): Json {
  const names = Object.keys(headers).filter((name) => name.startsWith('x-chatwoot') || name === 'user-agent');
  return Object.fromEntries(names.map((name) => [name, name === 'user-agent' ? headers[name] : true]));
}
