import type { Json } from '../model.ts';
import { isObject } from '../values.ts';
import type { RecordedDelivery } from './scene.ts';
import type { Heard, Reply } from './stage.ts';

/* What tells deliveries of one block apart, and what their receiver said. */

/** Fields that tell deliveries of one block apart. */
export function digest(body: Json): string {
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
    .filter(([name]) => name !== 'updated_at' && name !== 'cached_label_list' && name !== 'display_id')
    .map(([name, values]) => {
      const { previous_value, current_value } = isObject(values) ? values : {};
      const telling = name === 'status' || name === 'priority' || name === 'assignee_id';
      return telling ? `${name} ${String(previous_value)}→${String(current_value)}` : name;
    });
}

const idOf = (headers: Heard['headers']) => String(headers['x-chatwoot-delivery'] ?? '');

/** A delivery that is tried again, or sent on, is the same delivery. */
export function onlyFirstTries<T>(all: T[], read: (one: T) => { to: string; headers: Heard['headers'] }): T[] {
  const known = new Set<string>();
  return all.filter((one) => {
    const { to, headers } = read(one);
    const id = idOf(headers);
    const key = `${to} ${id}`;
    const isNew = id === '' || !known.has(key);
    known.add(key);
    return isNew;
  });
}

/** Answers as the receiver of a scene did, delivery by delivery, and try by try. */
export function createScript(all: RecordedDelivery[]) {
  const answers = new Map<string, Reply[]>();
  const bound = new Map<string, string>(); // our delivery ids, and the recorded ones
  const nameOf = ({ webhook }: RecordedDelivery, index: number) =>
    webhook.to + (idOf(webhook.headers) || `no id ${index}`);
  all.forEach((one, index) => {
    const name = nameOf(one, index);
    answers.set(name, [...(answers.get(name) ?? []), replyOf(one)]);
  });
  const taken = new Set<string>();

  return {
    /** @param block the deliveries that were recorded at about this moment */
    reply(heard: Heard, block: RecordedDelivery[]): Reply {
      const id = idOf(heard.headers);
      const own = `${heard.path}${id}`;
      const known = id === '' ? undefined : bound.get(own);
      const name = known ?? firstFree(heard, block);
      if (name === undefined) return 200;
      taken.add(name);
      bound.set(own, name);
      return answers.get(name)?.shift() ?? 200;
    },
  };

  function firstFree(heard: Heard, block: RecordedDelivery[]): string | undefined {
    const found = block.find((one) => {
      const { to, body } = one.webhook;
      // the recorder wrote a repeated body down once
      const isSame = to === heard.path && (!isObject(body) || digest(body) === digest(heard.body));
      return isSame && !taken.has(nameOf(one, all.indexOf(one)));
    });
    return found && nameOf(found, all.indexOf(found));
  }
}

/** Nobody wants to wait for as long as Chatwoot does. */
const patienceMs = 5000;

function replyOf({ webhook: { body, we_answered, we_waited_ms } }: RecordedDelivery): Reply {
  const content = isObject(body) ? String(body['content'] ?? '') : '';
  if (/^(<p>)?cut\b(<|$)/.test(content)) return 'cut';
  return (we_waited_ms ?? 0) > patienceMs ? 'hang' : (we_answered ?? 200);
}
