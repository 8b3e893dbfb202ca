/** JSON of people, teams and bots. @see the recordings of scenes 01 and 07 */
import type { Account, Actor, Availability, Bot, Json, Team, User, Version } from '../model.ts';
import { iso } from '../values.ts';

/** Where a person's picture is, as Active Storage names a sized one; empty without one. @see `PUT /profile` */
const pictureOf = ({ picture }: User, base: string): string =>
  picture
    ? `${base}/rails/active_storage/representations/redirect/${picture.key}/${encodeURIComponent(picture.name)}`
    : '';

/** Everyone who is listed: agents, inbox members, assignees. @param base where the sandbox is */
export const agent = (user: User, status: Availability, base: string): Json => ({
  id: user.id,
  account_id: 1,
  availability_status: status,
  auto_offline: user.auto_offline,
  confirmed: true,
  email: user.email,
  provider: 'email',
  available_name: user.name,
  name: user.name,
  role: user.role,
  thumbnail: pictureOf(user, base),
  custom_role_id: null,
});

/** People as messages and frames carry them. @param status null where the payload is composed by a background job */
export const pushUser = (user: User, status: Availability | null, base: string): Json => ({
  id: user.id,
  name: user.name,
  available_name: user.name,
  avatar_url: pictureOf(user, base),
  type: 'user',
  availability_status: status,
  thumbnail: pictureOf(user, base),
});

export const pushBot = (bot: Bot): Json => ({ id: bot.id, name: bot.name, avatar_url: '', type: 'agent_bot' });

/** `sender` and `user` of deliveries: here the e-mail address is in, and the picture is not. */
export const hookUser = (user: User): Json => ({ id: user.id, name: user.name, email: user.email, type: 'user' });
export const hookBot = (bot: Bot): Json => ({ id: bot.id, name: bot.name, type: 'agent_bot' });

export const performer = (
  actor: Actor,
  { statusOf, baseUrl }: { statusOf(user: User): Availability; baseUrl(): string },
): Json | undefined => {
  if (actor.kind === 'user') return pushUser(actor.user, statusOf(actor.user), baseUrl());
  return actor.kind === 'bot' ? pushBot(actor.bot) : undefined;
};

export const profile = (
  user: User,
  { account, status, version, base }: { account: Account; status: Availability; version: Version; base: string },
): Json => ({
  access_token: user.token,
  account_id: account.id,
  available_name: user.name,
  avatar_url: pictureOf(user, base),
  confirmed: true,
  display_name: null,
  message_signature: null,
  email: user.email,
  id: user.id,
  inviter_id: null,
  name: user.name,
  provider: 'email',
  pubsub_token: user.pubsub_token,
  role: user.role,
  ui_settings: {},
  uid: user.email,
  type: null,
  accounts: [
    {
      id: account.id,
      name: account.name,
      status: 'active',
      ...(version === '4.14' ? { onboarding_step: null } : {}),
      active_at: null,
      role: user.role,
      permissions: [user.role],
      availability: user.availability,
      availability_status: status,
      auto_offline: user.auto_offline,
      custom_role_id: null,
      custom_role: null,
    },
  ],
});

export const team = (found: Team, reader: User | undefined): Json => ({
  id: found.id,
  name: found.name,
  description: found.description,
  allow_auto_assign: found.allow_auto_assign,
  account_id: 1,
  is_member: reader !== undefined && found.members.includes(reader.id),
});

/** The answer to an assignment is the bare record. */
export const rawTeam = (found: Team): Json => ({
  id: found.id,
  name: found.name,
  description: found.description,
  allow_auto_assign: found.allow_auto_assign,
  account_id: 1,
  created_at: iso(found.created_at),
  updated_at: iso(found.updated_at),
});

/** @param slip on `GET /inboxes/:id/agent_bot` the token is the whole record instead of a string */
export const agentBot = (bot: Bot, version: Version, forAdministrator: boolean, slip = false): Json => ({
  id: bot.id,
  name: bot.name,
  description: bot.description,
  thumbnail: '',
  outgoing_url: bot.outgoing_url,
  bot_type: 'webhook',
  bot_config: bot.bot_config,
  account_id: 1,
  access_token: slip ? tokenRecord(bot) : bot.token,
  ...(version === '4.14' && forAdministrator ? { secret: bot.secret } : {}),
  system_bot: false,
});

const tokenRecord = (bot: Bot): Json => ({
  id: 1000 + bot.id,
  owner_type: 'AgentBot',
  owner_id: bot.id,
  token: bot.token,
  created_at: iso(bot.created_at),
  updated_at: iso(bot.created_at),
});

export const slimBot = (bot: Bot): Json => ({
  id: bot.id,
  name: bot.name,
  description: bot.description,
  thumbnail: '',
  outgoing_url: bot.outgoing_url,
  bot_type: 'webhook',
});
