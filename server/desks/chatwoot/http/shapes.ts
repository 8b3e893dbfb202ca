import { z } from 'zod';

/*
 * What we read of Chatwoot's answers, and nothing more. Keys that are not named here are dropped, agents' e-mail
 * addresses and the visitors' websocket tokens among them. Seconds since 1970 unless a line says otherwise.
 */

const id = z.number().int();

/** A person, a bot or a contact, wherever one is listed. Bots have no `available_name`, contacts no `type` in deliveries. */
export const Someone = z.object({
  id,
  name: z.string().nullish(),
  available_name: z.string().nullish(),
  type: z.string().nullish(),
});

export const Agent = z.object({
  id,
  name: z.string(),
  available_name: z.string().nullish(),
  role: z.string().nullish(),
  availability_status: z.string().nullish(),
  /** Where their picture is, at most 250 pixels wide; empty without one. */
  thumbnail: z.string().nullish().catch(null),
});
export type Agent = z.infer<typeof Agent>;
export const Agents = z.array(Agent);

export const Version = z.object({ version: z.string() });

export const Profile = z.object({
  id,
  name: z.string().nullish(),
  pubsub_token: z.string(),
  accounts: z.array(z.object({ id, name: z.string().nullish(), role: z.string().nullish() })),
});
export type Profile = z.infer<typeof Profile>;

export const Team = z.object({ id, name: z.string(), is_member: z.boolean().nullish() });
export type Team = z.infer<typeof Team>;
export const Teams = z.array(Team);

export const Inbox = z.object({
  id,
  name: z.string(),
  channel_type: z.string(),
  lock_to_single_conversation: z.boolean().nullish(),
  enable_auto_assignment: z.boolean().nullish(),
  webhook_url: z.string().nullish(),
  additional_attributes: z.record(z.string(), z.unknown()).nullish(),
  /** An API inbox's name in the public API: what visitors do there as themselves. */
  inbox_identifier: z.string().nullish(),
  /** Since 4.13, for administrators: what deliveries are signed with. */
  secret: z.string().nullish(),
});
export type Inbox = z.infer<typeof Inbox>;
export const Inboxes = z.object({ payload: z.array(Inbox) });
export const Members = z.object({ payload: Agents });

/** `access_token` is a record where an inbox's bot is asked for, and a string elsewhere. */
const AccessToken = z.union([z.string(), z.object({ token: z.string() }).transform(({ token }) => token)]);
export const Bot = z.object({
  id,
  name: z.string(),
  description: z.string().nullish(),
  outgoing_url: z.string().nullish(),
  access_token: AccessToken.nullish(),
});
export type Bot = z.infer<typeof Bot>;
export const Bots = z.array(Bot);
export const InboxBot = z.object({ agent_bot: Bot.nullish() });

export const ContactMade = z.object({ payload: z.object({ contact: z.object({ id }) }) });
export const ContactFound = z.object({ id });
export const ContactsFound = z.object({ payload: z.array(z.object({ id, identifier: z.string().nullish() })) });

export const Attachment = z.object({
  file_type: z.string().nullish(),
  content_type: z.string().nullish(),
  extension: z.string().nullish(),
  data_url: z.string().nullish(),
  file_size: z.number().nullish().catch(null),
});
export type Attachment = z.infer<typeof Attachment>;

/** A message as the API tells it. `message_type`: 0 incoming, 1 outgoing, 2 activity, 3 template. */
export const Message = z.object({
  id,
  content: z.string().nullish(),
  message_type: z.number().int(),
  content_type: z.string().nullish(),
  content_attributes: z.looseObject({ deleted: z.boolean().nullish() }).nullish(),
  /** Null where it is no number. */
  created_at: z.number().nullish().catch(null),
  private: z.boolean().nullish(),
  status: z.string().nullish(),
  source_id: z.string().nullish(),
  sender: Someone.nullish(),
  attachments: z.array(Attachment).nullish(),
});
export type Message = z.infer<typeof Message>;

/** Splits rows: one that cannot be read hides none of the others. `bad`: the ids of the rest, null where there is none. */
function sorted<T>(rows: unknown[], row: z.ZodType<T>): { good: T[]; bad: (number | null)[] } {
  const good: T[] = [];
  const bad: (number | null)[] = [];
  for (const one of rows) {
    const parsed = row.safeParse(one);
    if (parsed.success) good.push(parsed.data);
    else bad.push(z.object({ id }).safeParse(one).data?.id ?? null);
  }
  return { good, bad };
}

/** `count` is how many rows the desk gave. */
export const Messages = z.object({ payload: z.array(z.unknown()) }).transform(({ payload }) => {
  const { good, bad } = sorted(payload, Message);
  return { payload: good, bad, count: payload.length };
});

/** What is needed of a conversation's last message. A bad one hides no conversation. */
const LastMessage = z.object({
  id,
  message_type: z.number().nullish(),
  private: z.boolean().nullish(),
  source_id: z.string().nullish(),
  /** The contact inbox of its conversation: which thread it is. */
  conversation: z
    .object({ contact_inbox: z.object({ source_id: z.string().nullish() }).nullish() })
    .nullish()
    .catch(null),
});

const Status = z.enum(['open', 'resolved', 'pending', 'snoozed']);

export const Conversation = z.object({
  id,
  uuid: z.string(),
  inbox_id: id,
  status: Status,
  /** ISO 8601. */
  snoozed_until: z.string().nullish().catch(null),
  updated_at: z.number().nullish(),
  last_activity_at: z.number().nullish(),
  custom_attributes: z.record(z.string(), z.unknown()).nullish(),
  meta: z.object({
    assignee: Someone.nullish(),
    assignee_type: z.string().nullish(),
    team: z.object({ id, name: z.string() }).nullish(),
  }),
  messages: z.array(LastMessage).nullish().catch(null),
  last_non_activity_message: LastMessage.nullish().catch(null),
});
export type Conversation = z.infer<typeof Conversation>;
export const Conversations = z
  .object({ data: z.object({ payload: z.array(z.unknown()) }) })
  .transform(({ data: { payload } }) => {
    const { good, bad } = sorted(payload, Conversation);
    return { data: { payload: good }, bad, count: payload.length };
  });

/** An assignment answers with whom or what was assigned; null where nobody, or nothing known, was. */
export const Assigned = z.object({ id }).nullish();
export const Attributes = z.object({ custom_attributes: z.record(z.string(), z.unknown()).nullish() });
export const Definitions = z.array(z.object({ attribute_key: z.string() }));
/** For answers of which only the status counts. */
export const Anything = z.unknown();

/** What any refusal may say. Texts are translated by the desk: they are shown to operators, hardly ever read. */
export const RefusalBody = z.object({
  error: z.string().nullish(),
  message: z.string().nullish(),
  attributes: z.array(z.string()).nullish(),
  errors: z.array(z.string()).nullish(),
});
