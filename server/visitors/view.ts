import type { Handoff } from '../../shared/handoff.ts';
import type { Author, Person } from '../../shared/message.ts';
import type { LogEvent } from '../../shared/protocol.ts';
import type { Edition } from './audience.ts';
import { inVersion } from './earlier-version.ts';
import type { Files } from './files.ts';
import type { Pictures, PictureSource } from './pictures.ts';

/*
 * What a browser is shown of what the log keeps. The log holds the desk's own words for things: where a file is, who a
 * person is, what a team is called. A browser gets links of ours, a face, and the label in its visitor's language.
 */

export interface Reader extends Edition {
  conversation: string;
  /** Where the people of this conversation are. */
  desk: PictureSource;
}

export interface View {
  event(event: LogEvent, to: Reader): LogEvent;
  handoff(handoff: Handoff, to: Omit<Reader, 'conversation'>): Handoff;
  author(author: Author, to: Omit<Reader, 'conversation'>): Author;
}

interface Parts {
  files: Pick<Files, 'withLinks'>;
  pictures: Pick<Pictures, 'pathOf'>;
  /** A label of the routing in a language; one that it does not have (any more) stays as it is. */
  labelIn(label: string, language: string): string;
}

/** As many colours as there are for initials. */
const hues = 6;

export function createView({ files, pictures, labelIn }: Parts): View {
  /** In the log `picture` is the desk's id of the person. */
  function face<P extends Pick<Person, 'picture' | 'hue'>>(person: P, { desk }: Pick<Reader, 'desk'>): P {
    const { picture: key, ...rest } = person;
    if (key === undefined) return person;
    const picture = pictures.pathOf(desk, key);
    const hue = /^\d{1,15}$/.test(key) ? (Number(key) % hues) + 1 : undefined;
    // The same kind of person, with what may be left out put in or left out.
    return { ...rest, ...(picture ? { picture } : {}), ...(hue ? { hue } : {}) } as P;
  }

  const author: View['author'] = (author, to) => {
    if (author.kind !== 'agent') return author;
    const { team } = author;
    return face({ ...author, ...(team === undefined ? {} : { team: labelIn(team, to.language) }) }, to);
  };

  const handoff: View['handoff'] = (handoff, to) => {
    const shown = { ...handoff };
    if (shown.phase === 'asking') {
      shown.topics = shown.topics.map((topic) => ({ ...topic, label: labelIn(topic.label, to.language) }));
    }
    if ('team' in shown && shown.team !== null) shown.team = labelIn(shown.team, to.language);
    if ('agent' in shown && shown.agent) shown.agent = face(shown.agent, to);
    return inVersion(to.version, shown);
  };

  return {
    author,
    handoff,
    event(event, to) {
      if (event.kind === 'handoff') return { ...event, handoff: handoff(event.handoff, to) };
      if (event.kind !== 'message') return event;
      const linked = files.withLinks(to.conversation, event);
      if (linked.kind !== 'message') return linked;
      return { ...linked, message: { ...linked.message, author: author(linked.message.author, to) } };
    },
  };
}
