/** JSON of Chatwoot's own widget. @see the recordings of scene 24 */
import type { Desk } from '../desk.ts';
import type { Contact, ContactInbox, Conversation, Inbox, Json, Message, Website } from '../model.ts';
import { iso, seconds } from '../values.ts';
import { rawContact } from './contact.ts';
import { preChatForm, widgetFeatures } from './inbox.ts';
import { message, publicMessage } from './message.ts';

/** What is said of a browser that nobody looked at. */
export const unknownBrowser: Json = {
  browser_name: 'Unknown Browser',
  browser_version: '0.0',
  device_name: 'Unknown',
  platform_name: 'Unknown',
  platform_version: '0',
};

interface Opened {
  inbox: Inbox;
  website: Website;
  contact: Contact;
  link: ContactInbox;
  token: string;
  base: string;
}

export const widgetConfig = ({ inbox, website, contact, link, token, base }: Opened): Json => ({
  website_channel_config: {
    ...settings(inbox),
    website_token: website.website_token,
    widget_color: website.widget_color,
    welcome_title: website.welcome_title,
    welcome_tagline: website.welcome_tagline,
    api_host: base,
    auth_token: token,
    avatar_url: '',
    csat_survey_enabled: inbox.csat_survey_enabled,
    disable_branding: false,
    enabled_features: widgetFeatures,
    enabled_languages: [],
    locale: 'en',
    portal: null,
    pre_chat_form_enabled: false,
    pre_chat_form_options: preChatForm,
    reply_time: 'in_a_few_minutes',
    utc_off_set: '+00:00',
    website_name: inbox.name,
  },
  contact: {
    email: contact.email,
    id: contact.id,
    identifier: contact.identifier,
    name: contact.name,
    phone_number: contact.phone_number,
    pubsub_token: link.pubsub_token,
  },
  global_config: {
    LOGO_THUMBNAIL: '/brand-assets/logo_thumbnail.svg',
    BRAND_NAME: 'Chatwoot',
    WIDGET_BRAND_URL: 'https://www.chatwoot.com',
    MAXIMUM_FILE_UPLOAD_SIZE: 40,
    INSTALLATION_NAME: 'Chatwoot',
  },
});

function settings({ id, created_at, updated_at, settings: kept }: Inbox): Json {
  const { allow_messages_after_resolved, out_of_office_message, timezone, working_hours_enabled } = kept;
  const hours = (Array.isArray(kept['working_hours']) ? kept['working_hours'] : []) as Json[]; // as hours.ts keeps them
  const working_hours = hours.map((day) => ({
    ...day,
    id: id * 7 + Number(day['day_of_week']),
    inbox_id: id,
    account_id: 1,
    created_at: iso(created_at),
    updated_at: iso(updated_at),
  }));
  return { allow_messages_after_resolved, out_of_office_message, timezone, working_hours_enabled, working_hours };
}

export const widgetContact = ({ id, email, name, phone_number }: Contact): Json => ({
  id,
  has_email: email !== null,
  has_name: name !== '',
  has_phone_number: phone_number !== null,
});

/** Right after its creation: what Chatwoot wrote by itself still has its type as a word. */
export function widgetConversation(desk: Desk, conversation: Conversation, contact: Contact): Json {
  const found = desk.current(conversation);
  return {
    id: found.id,
    inbox_id: found.inbox_id,
    contact_last_seen_at: seconds(found.contact_last_seen_at),
    status: found.status,
    messages: desk.state
      .messagesOf(found.id)
      .map((one) => ({ ...publicMessage(desk, one), ...(one.message_type === 'template' ? byWord : {}) })),
    custom_attributes: found.custom_attributes,
    contact: rawContact(contact),
  };
}

const byWord = { message_type: 'template' };

export function widgetMessage(desk: Desk, found: Message): Json {
  const { content_type: _type, status: _status, ...shown } = message(desk, found);
  return shown;
}
