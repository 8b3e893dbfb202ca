import { RelayError } from '../../../errors.ts';
import { Anything, Inbox, InboxBot, Inboxes } from '../http/shapes.ts';
import { isOurWebhook, webhookPath } from '../webhook-path.ts';
import { need, type Setup } from './need.ts';

/** The mark on an inbox that says whose it is; other keys there belong to others, and are kept. */
const markOf = (inbox: Inbox): unknown => inbox.additional_attributes?.['baton'];

/**
 * Finds the inbox that conversations go to: the configured one, the one of last time, or one of the bot's name that is
 * ours or nobody's; makes one where there is none.
 */
export async function findInbox(setup: Setup): Promise<Inbox> {
  const { api, options, memory } = setup;
  const wanted = options.inbox ?? memory.saved.inbox;
  if (wanted !== undefined) {
    const answer = await api.ask({ method: 'GET', path: `inboxes/${wanted}`, answer: Inbox });
    if (answer.ok) return accept(setup, answer.body);
    if (!answer.gone) need(answer); // a proxy's 404 must not lead to a second inbox
    if (options.inbox !== undefined) throw await noSuchInbox(setup, options.inbox);
    if (!setup.user.administrator) {
      throw new RelayError(`inbox ${wanted} is not there for the access token’s user, who is no administrator`, {
        remedy: `set CHATWOOT_TOKEN to an administrator’s, or add this user to inbox ${wanted} if it is still there`,
      });
    }
  }
  const inboxes = need(await api.ask({ method: 'GET', path: 'inboxes', answer: Inboxes })).payload;
  const named = inboxes.filter(({ name, channel_type }) => name === options.botName && channel_type === 'Channel::Api');
  // One of ours may be another bot's, which had this name before.
  const isOfBot = ({ additional_attributes: marks }: Inbox) =>
    marks?.['baton_bot'] === undefined || marks['baton_bot'] === options.botName;
  const ours = named.find((inbox) => markOf(inbox) === memory.installation && isOfBot(inbox));
  if (ours) {
    await memory.moveTo(ours.id, ours.additional_attributes?.['baton_made'] === true);
    return ours;
  }
  for (const inbox of named) {
    if (!(await isFree(setup, inbox))) continue;
    await memory.moveTo(inbox.id, false);
    return inbox;
  }
  const other = named.find(isOfBot);
  if (other) {
    throw new RelayError(`there is an inbox named “${options.botName}” already, and it is somebody else’s`, {
      remedy: `set CHATWOOT_INBOX_ID to ${other.id} to take it over (after a lost data folder, for example), or give the bot another name`,
    });
  }
  return makeInbox(setup);
}

async function accept({ options, memory, log }: Setup, inbox: Inbox): Promise<Inbox> {
  if (inbox.channel_type !== 'Channel::Api') {
    throw new RelayError(`inbox ${inbox.id} (“${inbox.name}”) is not of the kind “API”`, {
      remedy: 'set CHATWOOT_INBOX_ID to an API inbox, or leave it empty: one is made then',
    });
  }
  const mark = markOf(inbox);
  if (mark !== undefined && mark !== memory.installation && memory.saved.inbox !== inbox.id) {
    // Named by its number, so it is meant: the other installation is gone, or its data is.
    const remedy = 'if it still runs, stop it: two relays on one inbox disturb each other';
    log.warn({ inbox: inbox.id, remedy }, 'this inbox belonged to another installation of Baton; it is taken over');
  }
  if (memory.saved.inbox === undefined) await memory.moveTo(options.inbox ?? inbox.id, false);
  return inbox;
}

async function noSuchInbox({ api }: Setup, id: number): Promise<RelayError> {
  const inboxes = need(await api.ask({ method: 'GET', path: 'inboxes', answer: Inboxes })).payload;
  const list = inboxes.filter((one) => one.channel_type === 'Channel::Api').map((one) => `${one.id} (${one.name})`);
  return new RelayError(`there is no inbox ${id} in this account; API inboxes: ${list.join(', ') || 'none'}`, {
    remedy: 'set CHATWOOT_INBOX_ID to one of them, or leave it empty: one is made then',
  });
}

/** Nobody's: no webhook but one of ours, no bot, no mark of another installation. */
async function isFree({ api }: Setup, inbox: Inbox): Promise<boolean> {
  if (markOf(inbox) !== undefined || (inbox.webhook_url && !isOurWebhook(inbox.webhook_url))) return false;
  return !need(await api.ask({ method: 'GET', path: `inboxes/${inbox.id}/agent_bot`, answer: InboxBot })).agent_bot;
}

async function makeInbox({ api, options, memory, changes }: Setup): Promise<Inbox> {
  const body = {
    name: options.botName,
    enable_auto_assignment: false,
    lock_to_single_conversation: true,
    greeting_enabled: false,
    csat_survey_enabled: false,
    working_hours_enabled: false,
    channel: {
      type: 'api',
      hmac_mandatory: false,
      additional_attributes: { baton: memory.installation, baton_made: true },
    },
  };
  const made = need(await api.ask({ method: 'POST', path: 'inboxes', body, answer: Inbox }));
  await memory.moveTo(made.id, true);
  changes.madeInbox = made.id;
  return made;
}

/** Marks the inbox as ours, and as this process's, and lets our bot have what begins in it. */
export async function takeInbox(
  { api, options, memory, log, run }: Setup,
  inbox: Inbox,
  bot: { id: number },
): Promise<void> {
  const marks = { baton: memory.installation, baton_bot: options.botName, baton_run: run };
  if (Object.entries(marks).some(([name, value]) => inbox.additional_attributes?.[name] !== value)) {
    const additional_attributes = { ...inbox.additional_attributes, ...marks };
    await change(api, inbox, { channel: { additional_attributes } });
  }
  const path = `inboxes/${inbox.id}`;
  const connected = need(await api.ask({ method: 'GET', path: `${path}/agent_bot`, answer: InboxBot })).agent_bot;
  if (connected?.id === bot.id) return;
  if (connected)
    log.warn({ inbox: inbox.id, bot: connected.id }, 'another bot was connected to the inbox; ours is now');
  need(await api.ask({ method: 'POST', path: `${path}/set_agent_bot`, body: { agent_bot: bot.id }, answer: Anything }));
}

/** The address deliveries go to: set where the relay can be reached, taken away where one of ours is left. */
export async function setWebhook({ api, options, memory, log }: Setup, inbox: Inbox): Promise<void> {
  const now = inbox.webhook_url ?? '';
  if (now !== '' && !isOurWebhook(now)) {
    if (options.publicUrl) log.warn({ inbox: inbox.id }, 'the inbox has another program’s webhook; ours is not set');
    return;
  }
  const path = webhookPath(options.siteName).replace(':secret', memory.saved.webhookSecret);
  const wanted = options.publicUrl ? `${options.publicUrl.replace(/\/+$/, '')}${path}` : '';
  if (now !== wanted) await change(api, inbox, { channel: { webhook_url: wanted } });
}

async function change(api: Setup['api'], inbox: Inbox, body: object): Promise<void> {
  need(await api.ask({ method: 'PATCH', path: `inboxes/${inbox.id}`, body, answer: Inbox }));
}
