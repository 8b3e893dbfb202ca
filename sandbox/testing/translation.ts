import type { Json } from '../model.ts';
import { isObject } from '../values.ts';
import type { Ids } from './compare.ts';
import type { RecordedCall } from './scene.ts';

/** Where deliveries went when the scenes were recorded. */
const relay = 'https://relay.example.com';

/**
 * Between the names of a recording and those of this run: ids, tokens in paths, the address of the receiver.
 * @param receiver where deliveries go in this run
 */
export function createTranslation(ids: Ids, receiver: string) {
  const words = new Map<string, string>(); // recorded names in paths that are random: inbox identifiers, keys of files

  function ourPath(path: string): string {
    const names = [...words].reduce((text, [recorded, ours]) => text.replaceAll(recorded, ours), path);
    const id = (kind: string) => (_whole: string, before: string, recorded: string) =>
      before + ids.ours(kind, Number(recorded));
    // A random name may begin with a digit, and is no id.
    return names
      .replace(/(\/inboxes\/|\/inbox_members\/|inbox_id=|inbox_ids\[\]=)(\d+)(?![\w-])/g, id('inbox'))
      .replace(/(\/conversations\/)(\d+)(?![\w-])/g, id('conversation'))
      .replace(/(\/messages\/|after=|before=)(\d+)(?![\w-])/g, id('message'))
      .replace(/(\/contacts\/)(\d+)(?![\w-])/g, id('contact'))
      .replace(/(\/teams\/)(\d+)(?![\w-])/g, id('team'))
      .replace(/(\/agent_bots\/)(\d+)(?![\w-])/g, id('bot'))
      .replace(/(\/webhooks\/)(\d+)(?![\w-])/g, id('webhook'))
      .replace(/^https:\/\/chat\.example\.com/, '');
  }

  function ourBody({ note, request: { body } }: RecordedCall): unknown {
    if (note === 'broken JSON body') return '{"x":'; // the file shows what was meant
    if (Array.isArray(body))
      return form((body as [string, string][]).map(([name, value]) => [name, inForm(name, value)]));
    return body === undefined ? undefined : translate(body);
  }

  /** The visitor of Chatwoot's own widget is known by a header. */
  function ourHeaders({ request: { headers } }: RecordedCall): Record<string, string> {
    const token = headers['X-Auth-Token'];
    return token === undefined ? {} : { 'x-auth-token': words.get(token) ?? token };
  }

  function translate(value: unknown, key = ''): unknown {
    if (isObject(value) && value['assignee_type'] === 'AgentBot')
      return { ...value, assignee_id: ids.ours('bot', Number(value['assignee_id'])) };
    if (isObject(value) && value['sender_type'] === 'AgentBot')
      return { ...translated(value), sender_id: ids.ours('bot', Number(value['sender_id'])) };
    if (isObject(value) && value['attribute_key'] === 'inbox_id' && Array.isArray(value['values']))
      return { ...value, values: value['values'].map((id) => ids.ours('inbox', Number(id))) };
    const kind = requestKinds[key];
    if (typeof value === 'number' && kind !== undefined) return ids.ours(kind, value);
    if (Array.isArray(value)) return value.map((one) => translate(one, key));
    if (isObject(value)) return translated(value);
    const known = typeof value === 'string' ? words.get(value) : undefined;
    if (known !== undefined) return known;
    const filled = value === 'x repeated 150001 times' ? 'x'.repeat(150_001) : value;
    return typeof filled === 'string' ? filled.replace(relay, receiver) : filled;
  }

  const inForm = (name: string, value: string): string =>
    requestKinds[name] === undefined ? value : String(ids.ours(requestKinds[name], Number(value)));

  const translated = (value: Json): Json =>
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, translate(one, name)]));

  /** An answer of ours, with the receiver called as it was when the scene was recorded. */
  const recordedUrl = (body: unknown): unknown =>
    JSON.parse(JSON.stringify(body ?? null).replaceAll(receiver, relay)) as unknown;

  /** What stands in paths later on. */
  function learnWords(recorded: unknown, ours: unknown): void {
    if (!isObject(recorded) || !isObject(ours)) return;
    const same = (name: string) => {
      const [a, b] = [recorded[name], ours[name]];
      if (typeof a === 'string' && typeof b === 'string')
        words.set(new URL(a, 'http://x/').pathname, new URL(b, 'http://x/').pathname);
    };
    for (const name of ['inbox_identifier', 'uuid', 'website_token', 'auth_token', 'blob_id']) {
      const [a, b] = [recorded[name], ours[name]];
      if (typeof a === 'string' && typeof b === 'string') words.set(a, b);
    }
    for (const name of ['data_url', 'thumb_url', 'thumbnail', 'avatar_url', 'file_url']) same(name);
    for (const name of ['website_channel_config', 'contact']) learnWords(recorded[name], ours[name]);
    for (const name of ['attachments', 'payload'])
      if (Array.isArray(recorded[name]) && Array.isArray(ours[name]) && recorded[name].length === ours[name].length)
        (recorded[name] as unknown[]).forEach((one, index) => learnWords(one, (ours[name] as unknown[])[index]));
  }

  return { ourPath, ourBody, ourHeaders, recordedUrl, learnWords };
}

const requestKinds: Record<string, string> = {
  inbox_id: 'inbox',
  contact_id: 'contact',
  base_contact_id: 'contact',
  mergee_contact_id: 'contact',
  team_id: 'team',
  agent_bot: 'bot',
  in_reply_to: 'message',
};

function form(pairs: [string, string][]): FormData {
  const made = new FormData();
  for (const [name, value] of pairs) {
    const file = /^<file (.+) (\S+) (\d+)>$/.exec(value);
    const [, title = '', type = '', size = '0'] = file ?? [];
    if (file) made.append(name, new Blob([new Uint8Array(Number(size))], { type }), title);
    else made.append(name, value);
  }
  return made;
}
