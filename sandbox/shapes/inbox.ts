/** JSON of an API inbox. @see the recordings of scene 01 */
import type { Inbox, Json, Version } from '../model.ts';
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

export const inbox = (found: Inbox, version: Version, forAdministrator: boolean): Json => ({
  id: found.id,
  avatar_url: '',
  channel_id: found.id,
  name: found.name,
  channel_type: 'Channel::Api',
  ...found.settings,
  csat_survey_enabled: found.csat_survey_enabled,
  enable_auto_assignment: found.enable_auto_assignment,
  lock_to_single_conversation: found.lock_to_single_conversation,
  callback_webhook_url: null,
  allowed_domains: null,
  widget_color: null,
  website_url: null,
  hmac_mandatory: found.hmac_mandatory,
  welcome_title: null,
  welcome_tagline: null,
  web_widget_script: null,
  website_token: null,
  selected_feature_flags: null,
  reply_time: null,
  messaging_service_sid: null,
  phone_number: null,
  ...(forAdministrator ? { hmac_token: found.hmac_token } : {}),
  ...(forAdministrator && version === '4.14' ? { secret: found.secret } : {}),
  webhook_url: found.webhook_url,
  inbox_identifier: found.identifier,
  additional_attributes: found.channel_attributes,
  provider: null,
});

/** Beside a contact's source id. */
export const slimInbox = (found: Inbox): Json => ({
  id: found.id,
  avatar_url: '',
  channel_id: found.id,
  name: found.name,
  channel_type: 'Channel::Api',
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
    channel_type: 'Channel::Api',
    enable_auto_assignment: found.enable_auto_assignment,
    csat_survey_enabled: found.csat_survey_enabled,
    lock_to_single_conversation: found.lock_to_single_conversation,
    email_address: null,
    portal_id: null,
  };
};
