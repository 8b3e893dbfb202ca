/** JSON of inboxes: those of programs, and those of websites. @see the recordings of scenes 01 and 24 */
import type { Inbox, Json, Version, Website } from '../model.ts';
import { iso } from '../values.ts';

const day = (day_of_week: number) => {
  const closed = day_of_week === 0 || day_of_week === 6;
  return {
    day_of_week,
    closed_all_day: closed,
    open_hour: closed ? null : 9,
    open_minutes: closed ? null : 0,
    close_hour: closed ? null : 17,
    close_minutes: closed ? null : 0,
    open_all_day: false,
  };
};

/** What an inbox starts with, and which fields a request may set. */
export const plainSettings: Json = {
  greeting_enabled: false,
  greeting_message: null,
  working_hours_enabled: false,
  enable_email_collect: true,
  csat_config: {},
  auto_assignment_config: {},
  out_of_office_message: null,
  working_hours: [0, 1, 2, 3, 4, 5, 6].map(day),
  timezone: 'UTC',
  allow_messages_after_resolved: true,
  sender_name_type: 'friendly',
  business_name: null,
};

/** As Chatwoot calls the kinds of inboxes that are imitated here. */
export const channelOf = ({ website }: Pick<Inbox, 'website'>) => (website ? 'Channel::WebWidget' : 'Channel::Api');

/** @param base where the sandbox is */
export const inbox = (found: Inbox, version: Version, forAdministrator: boolean, base: string): Json => ({
  id: found.id,
  avatar_url: '',
  channel_id: found.id,
  name: found.name,
  channel_type: channelOf(found),
  ...found.settings,
  csat_survey_enabled: found.csat_survey_enabled,
  enable_auto_assignment: found.enable_auto_assignment,
  lock_to_single_conversation: found.lock_to_single_conversation,
  callback_webhook_url: null,
  hmac_mandatory: found.hmac_mandatory,
  ...(found.website ? ofWebsite(found.website, base) : noWebsite),
  messaging_service_sid: null,
  phone_number: null,
  ...(forAdministrator ? { hmac_token: found.hmac_token } : {}),
  ...(found.website ? {} : ofProgram(found, version, forAdministrator)),
  provider: null,
});

const ofProgram = (found: Inbox, version: Version, forAdministrator: boolean): Json => ({
  ...(forAdministrator && version === '4.14' ? { secret: found.secret } : {}),
  webhook_url: found.webhook_url,
  inbox_identifier: found.identifier,
  additional_attributes: found.channel_attributes,
});

const noWebsite: Json = {
  allowed_domains: null,
  widget_color: null,
  website_url: null,
  welcome_title: null,
  welcome_tagline: null,
  web_widget_script: null,
  website_token: null,
  selected_feature_flags: null,
  reply_time: null,
};

export const widgetFeatures = ['attachments', 'emoji_picker', 'end_conversation'];

const preChatField = (name: string, label: string, type: string, required: boolean) => ({
  field_type: 'standard',
  label,
  name,
  type,
  required,
  enabled: false,
});

/** The form before the chat, which is never shown here. */
export const preChatForm: Json = {
  pre_chat_message: 'Share your queries or comments here.',
  pre_chat_fields: [
    preChatField('emailAddress', 'Email Id', 'email', true),
    preChatField('fullName', 'Full name', 'text', false),
    preChatField('phoneNumber', 'Phone number', 'text', false),
  ],
};

const ofWebsite = (website: Website, base: string): Json => ({
  ...website,
  allowed_domains: '',
  web_widget_script: `<script>/* ${base} ${website.website_token} */</script>`, // there is no such widget here
  selected_feature_flags: widgetFeatures,
  reply_time: 'in_a_few_minutes',
  pre_chat_form_enabled: false,
  pre_chat_form_options: preChatForm,
  continuity_via_email: true,
});

/** Beside a contact's source id. */
export const slimInbox = (found: Inbox): Json => ({
  id: found.id,
  avatar_url: '',
  channel_id: found.id,
  name: found.name,
  channel_type: channelOf(found),
  provider: null,
});

/** The record with all its columns, as the creation of a contact shows it. */
export const rawInbox = (found: Inbox): Json => {
  const { working_hours: _hours, ...settings } = found.settings;
  return {
    ...settings,
    id: found.id,
    channel_id: found.id,
    account_id: 1,
    name: found.name,
    created_at: iso(found.created_at),
    updated_at: iso(found.updated_at),
    channel_type: channelOf(found),
    enable_auto_assignment: found.enable_auto_assignment,
    csat_survey_enabled: found.csat_survey_enabled,
    lock_to_single_conversation: found.lock_to_single_conversation,
    email_address: null,
    portal_id: null,
  };
};
