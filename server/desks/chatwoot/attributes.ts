import type { Api } from './http/api.ts';
import { Definitions, Anything } from './http/shapes.ts';

/** The attributes that agents see beside a conversation; those without a definition are never shown. */
const attributes: Record<string, string> = {
  language: 'Language',
  page: 'Page',
  site: 'Site',
  skills: 'Unfinished',
  reason: 'Why a person',
  initiator: 'Who asked for it',
};

/** Our names at the desk, where every program of the account has its own. */
export const attributeKey = (name: string): string => `baton_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;

/** Best effort: a missing definition hides a value from the agents, no more. */
export async function defineAttributes(api: Api): Promise<void> {
  const path = 'custom_attribute_definitions';
  const defined = await api.ask({ method: 'GET', path, query: { attribute_model: 0 }, answer: Definitions });
  if (!defined.ok) return;
  const there = new Set(defined.body.map((one) => one.attribute_key));
  for (const [name, title] of Object.entries(attributes)) {
    if (!there.has(attributeKey(name))) await defineAttribute(api, name, title);
  }
}

/** Taken already is fine, too. */
export async function defineAttribute(api: Api, name: string, title = name): Promise<void> {
  const attribute = {
    attribute_display_name: title,
    attribute_key: attributeKey(name),
    attribute_display_type: 0,
    attribute_model: 0,
    attribute_description: 'Written by Baton',
  };
  await api.ask({ method: 'POST', path: 'custom_attribute_definitions', body: attribute, answer: Anything });
}
