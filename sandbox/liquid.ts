import { Liquid } from 'liquidjs';
import type { Desk } from './desk.ts';
import type { Conversation, Sender } from './model.ts';

/** The text costs the server more than it has; Chatwoot answers 500 then, after 15 seconds. We do at once. */
export class TooMuchLiquid extends Error {}

const longestMs = 300;
const engine = new Liquid({ strictFilters: false, strictVariables: false, ownPropertyOnly: true });

/**
 * Evaluates outgoing text as Chatwoot does: spans in back-ticks stay as they are, and so does the whole text when it is
 * no valid Liquid.
 * @param names what `{{contact.name}}` and the like stand for
 * @throws TooMuchLiquid where it takes too long or too much memory
 * @see chatwoot/chatwoot app/models/concerns/liquidable.rb
 */
export function evaluate(text: string, names: object): string {
  if (!text.includes('{{') && !text.includes('{%')) return text;
  const guarded = text.replace(/`[^`]*`/g, (code) => `{% raw %}${code}{% endraw %}`);
  let template;
  try {
    template = engine.parse(guarded);
  } catch {
    return text;
  }
  try {
    return String(engine.renderSync(template, names, { renderLimit: longestMs, memoryLimit: 1e6, templateLimit: 1e5 }));
  } catch (error) {
    if (/limit exceeded/.test(String(error))) throw new TooMuchLiquid('the text runs for too long', { cause: error });
    return text; // e.g. an argument a filter cannot take
  }
}

/** What Liquid in a message may name. */
export function liquidNames(desk: Desk, conversation: Conversation, sender: Sender | null): object {
  const contact = desk.contactOf(conversation);
  const agent = sender?.type === 'User' ? desk.state.get('user', sender.id) : undefined;
  const [first = '', ...rest] = contact.name.split(' ');
  const { email, phone_number } = contact;
  return {
    contact: {
      name: contact.name,
      first_name: first,
      last_name: rest.length > 0 ? (rest.at(-1) ?? '') : '',
      email,
      phone_number,
      custom_attribute: contact.custom_attributes,
    },
    agent: agent ? { name: agent.name, first_name: agent.name.split(' ')[0], email: agent.email } : {},
    conversation: { display_id: conversation.id, custom_attribute: conversation.custom_attributes },
    inbox: { name: desk.state.get('inbox', conversation.inbox_id)?.name ?? '' },
    account: { name: desk.account().name },
  };
}
