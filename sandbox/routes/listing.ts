import type { Router } from 'express';
import { endpoint, person, refuse, sees } from '../http.ts';
import type { Call, Parts } from '../http.ts';
import type { Conversation, Json } from '../model.ts';
import { conversation as shape } from '../shapes/conversation.ts';
import { asId, isObject } from '../values.ts';

const perPage = 25;
const ranks = { urgent: 4, high: 3, medium: 2, low: 1 };

/** Lists of conversations, and their counts. @see the recordings of scene 16 */
export function listing(router: Router, parts: Parts): void {
  const { desk } = parts;
  const path = '/api/v1/accounts/:account/conversations';
  const shapes = (call: Call, found: Conversation[]) => found.map((one) => shape(desk, one, person(call)));

  router.get(
    path,
    endpoint(parts, 'person', (call) => {
      const found = select(call);
      const kept = ofAssignee(call, found).sort(order(call.query.get('sort_by') ?? 'last_activity_at_desc'));
      const page = asId(call.query.get('page')) ?? 1;
      const within = call.query.get('updated_within'); // turns paging off
      const shown = within === null ? kept.slice((page - 1) * perPage, page * perPage) : kept;
      return { data: { meta: counts(call, found), payload: shapes(call, shown) } };
    }),
  );
  router.get(
    `${path}/meta`,
    endpoint(parts, 'person', (call) => ({ meta: counts(call, select(call)) })),
  );
  router.post(
    `${path}/filter`,
    endpoint(parts, 'person', (call) => {
      const visible = desk.state.all('conversation').filter((one) => sees(desk, call.actor, one));
      const found = visible.filter(filter(call));
      const page = asId(call.query.get('page')) ?? 1;
      const shown = found.sort(order('last_activity_at_desc')).slice((page - 1) * perPage, page * perPage);
      const { assigned_count: _assigned, ...meta } = counts(call, found);
      return { meta, payload: shapes(call, shown) };
    }),
  );
}

/** All that the query names, but for the assignee, whose kinds are what is counted. */
function select({ desk, query, actor }: Call): Conversation[] {
  const { state } = desk;
  const status = query.get('status') ?? 'open';
  const inbox = query.get('inbox_id');
  const team = query.get('team_id');
  const source = query.get('source_id');
  const labels = query.getAll('labels[]');
  const words = query.get('q');
  const within = query.get('updated_within');
  const since = within === null ? -Infinity : desk.now() - Number(within) * 1000;
  return state
    .all('conversation')
    .filter(
      (one) =>
        sees(desk, actor, one) &&
        (status === 'all' || words !== null || one.status === status) &&
        (inbox === null || one.inbox_id === Number(inbox)) &&
        (team === null || one.team_id === Number(team)) &&
        (source === null || desk.linkOf(one).source_id === source) &&
        (labels.length === 0 || labels.some((label) => one.labels.includes(label))) &&
        (words === null || state.messagesOf(one.id).some((message) => message.content?.includes(words) === true)) &&
        one.updated_at >= since,
    );
}

function ofAssignee(call: Call, found: Conversation[]): Conversation[] {
  const me = person(call).id;
  switch (call.query.get('assignee_type')) {
    case 'me':
      return found.filter((one) => one.assignee_id === me);
    case 'unassigned':
      return found.filter((one) => one.assignee_id === null);
    case 'assigned':
      return found.filter((one) => one.assignee_id !== null);
    default:
      return found;
  }
}

const counts = (call: Call, found: Conversation[]): Json => ({
  mine_count: found.filter((one) => one.assignee_id === person(call).id).length,
  assigned_count: found.filter((one) => one.assignee_id !== null).length,
  unassigned_count: found.filter((one) => one.assignee_id === null).length,
  all_count: found.length,
});

function order(wanted: string): (a: Conversation, b: Conversation) => number {
  const sign = wanted.endsWith('_asc') ? 1 : -1;
  const key = wanted.replace(/_(asc|desc)$/, '');
  const value = (one: Conversation): number => {
    if (key === 'created_at') return one.created_at;
    if (key === 'priority') return one.priority === null ? 0 : ranks[one.priority];
    if (key === 'waiting_since') return one.waiting_since ?? 0;
    return one.last_activity_at;
  };
  return (a, b) => sign * (value(a) - value(b)) || sign * (a.id - b.id);
}

const plainKeys = [
  'status',
  'assignee_id',
  'inbox_id',
  'team_id',
  'priority',
  'display_id',
  'campaign_id',
  'labels',
  'browser_language',
  'conversation_language',
  'referer',
  'created_at',
  'last_activity_at',
  'mail_subject',
];

/** `POST …/filter`: equality and presence, on the plain columns and on attributes that are defined. @see the recordings of scene 35 */
function filter({ body, desk }: Call): (one: Conversation) => boolean {
  const conditions = Array.isArray(body['payload']) ? body['payload'].filter(isObject) : [];
  if (conditions.length === 0) throw refuse.error('No filters were given');
  const defined = desk.state.all('definition').filter((one) => one.attribute_model === 'conversation_attribute');
  const known = [...plainKeys, ...defined.map((one) => one.attribute_key)];
  const strange = conditions.find(({ attribute_key: key }) => !known.includes(String(key)));
  if (strange) {
    const keys = `The key should be one of [${plainKeys.join()}] or a custom attribute defined in the account.`;
    throw refuse.error(`Invalid attribute key - [${String(strange['attribute_key'])}]. ${keys}`);
  }
  return (one) => conditions.every((condition) => holds(one, condition));
}

function holds(one: Conversation, { attribute_key, filter_operator, values }: Json): boolean {
  const key = String(attribute_key) === 'display_id' ? 'id' : String(attribute_key);
  const found = (one as unknown as Json)[key] ?? one.custom_attributes[key] ?? one.additional_attributes[key];
  const own = (Array.isArray(found) ? found : [found]).map((each) => String(each ?? '').toLowerCase());
  const wanted = (Array.isArray(values) ? values : [values]).map((value) => String(value).toLowerCase());
  const isThere = own.some((each) => each !== '');
  if (filter_operator === 'is_present') return isThere;
  if (filter_operator === 'is_not_present') return !isThere;
  const equal = wanted.includes('all') || own.some((each) => wanted.includes(each));
  return filter_operator === 'not_equal_to' ? !equal : equal;
}
