import type { Json } from '../model.ts';
import { isObject } from '../values.ts';

/** Recorded ids and ours, by kind; filled while answers are compared. */
export interface Ids {
  learn(kind: string, recorded: number, ours: number): boolean;
  ours(kind: string, recorded: number): number;
}

export function createIds(): Ids {
  const known = new Map<string, Map<number, number>>();
  const of = (kind: string) => {
    const found = known.get(kind) ?? new Map<number, number>();
    known.set(kind, found);
    return found;
  };
  return {
    learn(kind, recorded, ours) {
      const before = of(kind).get(recorded);
      if (before === undefined) of(kind).set(recorded, ours);
      return before === undefined || before === ours;
    },
    ours(kind, recorded) {
      const exact = of(kind).get(recorded);
      if (exact !== undefined) return exact;
      // messages that nobody has shown yet are counted on from the last one shown
      const below = kind === 'message' ? Math.max(...[...of(kind).keys()].filter((id) => id < recorded)) : -Infinity;
      const near = of(kind).get(below);
      return near === undefined || recorded - below > 100 ? recorded : near + recorded - below;
    },
  };
}

interface Looseness {
  /** What a delivery says of its conversation depends on the moment it was composed. */
  delivery: boolean;
  /** Much happened at about that moment: compare what may have changed only by its type. */
  late: boolean;
  /** Whether it is known who was connected at that moment. */
  presence: boolean;
}

/** Set by Chatwoot's own background jobs, by a fork, or at a moment that varies: not compared. */
const ignored = new Set([
  'avatar_url_hash',
  'last_avatar_sync_at',
  'cached_label_list',
  'data_services',
  'company_id',
  'width',
  'height',
  'enabled_languages',
]);

/** Only their type is compared, and whether they are there at all. */
const times = /(_at|_since|_until|^timestamp|_reply_created_at)$/;
const random =
  /^(access_token|token|pubsub_token|hmac_token|secret|inbox_identifier|uuid|data_url|thumb_url|auth_token|website_token|web_widget_script|file_url|api_host|blob_id|thumbnail|avatar_url|avatar)$/;
const replaced = /^(INBOXIDENTIFIER|PUBSUB|TOKEN|HMAC|SECRET|WEBSITETOKEN|WIDGETAUTH)-/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** What Chatwoot calls a visitor who gave no name. */
const invented = /^[a-z]+-[a-z]+-\d+$/;
const anyId = /^(channel_id|sender_id|id|owner_id|email_address)$/;
const kinds: Record<string, string> = {
  inbox_id: 'inbox',
  contact_id: 'contact',
  conversation_id: 'conversation',
  primary_actor_id: 'conversation',
  team_id: 'team',
  assignee_id: 'user',
  assignee_agent_bot_id: 'bot',
  message_id: 'message',
  in_reply_to: 'message',
};

/** @returns one line for each place where ours is not what was recorded */
export function differences(told: unknown, ours: unknown, ids: Ids, how: Looseness, path: string[] = []): string[] {
  const recorded = told === 'null' ? null : told; // the recorder kept a bare null as text
  const at = (what: string) => [`${path.join('.') || 'body'}: ${what}`];
  const key = path.at(-1) ?? '';
  if (Array.isArray(told) && key === 'changed_attributes' && Array.isArray(ours))
    return differences(listed(told), listed(ours), ids, how, path);
  if (Array.isArray(recorded) && Array.isArray(ours)) {
    // members are listed as the database likes
    if (key === 'payload' && areAgents(recorded) && areAgents(ours) && !isSorted(recorded))
      return differences(byId(recorded), byId(ours), ids, how, path);
    if (recorded.some(isReport)) return ofEntries(byId(recorded as Row[]), byId(ours as Row[]), ids, how, path);
    if (key === 'contact_inboxes') return ofEntries(bySource(recorded), bySource(ours), ids, how, path);
    return ofEntries(afterResolve(recorded), afterResolve(ours), ids, how, path);
  }
  if (isObject(recorded) && isObject(ours)) return ofObjects(recorded, ours, ids, how, path);
  if (typeof recorded === 'number' && typeof ours === 'number') return ofNumbers(recorded, ours, ids, how, path);
  if (how.delivery && momentary.has(key)) return [];
  if (!how.presence && key === 'availability_status') return [];
  if (typeof recorded === 'string' && /^<\d+ bytes of /.test(recorded)) return []; // what was in it was not kept
  if (key === 'content_type' && path.includes('attachments')) return []; // which is found in the bytes
  if (typeOf(recorded) !== typeOf(ours)) {
    if (how.late && volatile(path)) return [];
    return at(`${show(recorded)} recorded, ${show(ours)} here`);
  }
  if (times.test(key) || changedTime(path) || typeof recorded !== 'string') return [];
  if ((random.test(key) || replaced.test(recorded)) && (recorded === '') === (ours === '')) return [];
  if (path.includes('cache_keys')) return [];
  if (how.late && volatile(path)) return [];
  if (unlinked(recorded) === unlinked(String(ours))) return [];
  if (key === 'source_id' && uuid.test(recorded) && uuid.test(String(ours))) return [];
  if (key === 'name' && invented.test(recorded) && invented.test(String(ours))) return [];
  return at(`${show(recorded)} recorded, ${show(ours)} here`);
}

function ofEntries(recorded: unknown[], ours: unknown[], ids: Ids, how: Looseness, path: string[]): string[] {
  if (recorded.length !== ours.length)
    return how.late ? [] : [`${path.join('.') || 'body'}: ${recorded.length} entries recorded, ${ours.length} here`];
  return recorded.flatMap((one, index) => differences(one, ours[index], ids, how, [...path, String(index)]));
}

/** A survey and the lines about the resolve are written at the same moment, by two jobs. */
function afterResolve(list: unknown[]): unknown[] {
  const sorted = [...list];
  const isLine = (one: unknown) => isObject(one) && one['message_type'] === 2;
  for (let index = sorted.length - 2; index >= 0; index--) {
    const survey = sorted[index];
    if (!isObject(survey) || survey['content_type'] !== 'input_csat' || survey['message_type'] !== 3) continue;
    let end = index + 1;
    while (isLine(sorted[end])) end++;
    sorted.splice(index, end - index, ...sorted.slice(index + 1, end), survey);
  }
  return sorted;
}

function ofObjects(recorded: Json, ours: Json, ids: Ids, how: Looseness, path: string[]): string[] {
  const names = [...new Set([...Object.keys(recorded), ...Object.keys(ours)])].filter((name) => !ignored.has(name));
  return names.flatMap((name) => {
    const place = [...path, name].join('.');
    // an error that was cleared leaves its key behind for a moment
    if (name === 'external_error' && !recorded[name] && !ours[name]) return [];
    if (how.late && volatile([...path, name]) && !(name in recorded && name in ours)) return [];
    if (!(name in ours)) return [`${place}: missing here`];
    if (!(name in recorded)) return [`${place}: not recorded`];
    if (name === 'id') learnId(recorded, ours, ids, path);
    return differences(recorded[name], ours[name], ids, how, [...path, name]);
  });
}

function ofNumbers(recorded: number, ours: number, ids: Ids, how: Looseness, path: string[]): string[] {
  const key = path.at(-1) ?? '';
  const place = path.join('.');
  if (key === 'message_id' && how.late && volatile(path)) return [];
  if (key === 'contact_id' && how.late) return []; // contacts are merged now and then
  const kind = kinds[key] ?? kinds[path.at(-2) ?? ''];
  if (kind === 'user' && !(how.late && volatile(path)))
    return recorded === ours ? [] : [`${place}: ${recorded} recorded, ${ours} here`];
  if (kind !== undefined && kind !== 'user')
    return ids.learn(kind, recorded, ours) ? [] : [`${place}: ${recorded} recorded, another one here (${ours})`];
  if (times.test(key))
    return how.delivery || (recorded === 0) === (ours === 0) ? [] : [`${place}: ${recorded} recorded, ${ours} here`];
  if (anyId.test(key) || (how.late && volatile(path))) return [];
  return recorded === ours ? [] : [`${place}: ${recorded} recorded, ${ours} here`];
}

function learnId(recorded: Json, ours: Json, ids: Ids, path: string[]): void {
  const kind = kindOf(recorded, path.at(-1) ?? '');
  if (kind && typeof recorded['id'] === 'number' && typeof ours['id'] === 'number')
    ids.learn(kind, recorded['id'], ours['id']);
}

function kindOf(record: Json, parent: string): string | undefined {
  if ('message_type' in record) return 'message';
  if ('can_reply' in record) return 'conversation';
  if ('channel_type' in record) return 'inbox';
  if ('bot_type' in record) return 'bot';
  if ('phone_number' in record) return 'contact';
  return parent === 'inbox' || parent === 'team' ? parent : undefined;
}

type Row = { id: number };

/** Ratings are listed as the database likes. */
const isReport = (one: unknown) => isObject(one) && 'csat_review_notes' in one;
const areAgents = (list: unknown[]): list is Row[] =>
  list.every((one) => isObject(one) && 'available_name' in one && typeof one['id'] === 'number');
const byId = (list: Row[]) => [...list].sort((a, b) => a.id - b.id);
const sourceOf = (one: unknown) => (isObject(one) ? String(one['source_id']) : '');
const bySource = (list: unknown[]) => [...list].sort((a, b) => sourceOf(a).localeCompare(sourceOf(b)));
const isSorted = (list: Row[]) => list.every(({ id }, index) => id >= (list[index - 1]?.id ?? 0));

/** Different even in one quiet step: some are written between an event and its delivery. */
const momentary = new Set([
  'waiting_since',
  'first_reply_created_at',
  'availability_status',
  'processed_message_content',
  'last_activity_at',
]);

/** A column whose first change depends on what was loaded before is left out. */
const listed = (changes: unknown[]): Json =>
  Object.assign(
    {},
    ...changes.filter((change) => isObject(change) && !('cached_label_list' in change || 'display_id' in change)),
  ) as Json;

/** The state of the conversation at the moment a delivery is composed. */
const volatile = (path: string[]): boolean =>
  (path.length === 1 && ['name', 'email', 'identifier', 'phone_number'].includes(path[0] ?? '')) ||
  path.includes('messages') ||
  path.includes('sender') ||
  path.includes('changed_attributes') ||
  path.some((name) =>
    ['status', 'unread_count', 'assignee', 'assignee_id', 'assignee_type', 'team', 'labels', 'priority'].includes(name),
  ) ||
  path.some((name) =>
    [
      'custom_attributes',
      'waiting_since',
      'first_reply_created_at',
      'last_activity_at',
      'sentiment',
      'submitted_values',
    ].includes(name),
  );

const changedTime = (path: string[]): boolean => path.includes('changed_attributes') && times.test(path.at(-2) ?? '');

const typeOf = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

/** Links carry the server's own host and a conversation's uuid; titles carry numbers of conversations. */
const unlinked = (text: string) => text.replace(/https?:\/\/[^\s/]+\/[^\s]*/g, '<link>').replace(/\(#\d+\)/g, '(#n)');

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
};
