import type { DeskTask } from './desk.ts';

/** The words as they stand at the desk: choices cannot be pressed there, so they are listed below the text. */
export function mirrored({ text, choices = [] }: NonNullable<DeskTask['message']>): string {
  if (choices.length === 0) return text;
  const list = choices.map(({ title }) => `- ${title}`).join('\n');
  return text === '' ? list : `${text}\n\n${list}`;
}
