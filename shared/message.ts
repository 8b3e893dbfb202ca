import { z } from 'zod';
import { longestId } from './limits.ts';

/** Made by the one who writes the message, so that repeating it is harmless. */
export const Id = z.string().regex(new RegExp(`^[A-Za-z0-9_.:-]{1,${longestId}}$`));

/** How a person is drawn. */
const face = {
  /** Where the relay serves their picture, relative to it; absent without one, and then initials are drawn. */
  picture: z.string().max(200).optional(),
  /** The colour behind their initials, one of six. */
  hue: z.number().int().min(1).max(6).optional(),
};

/** A person at the desk, as a visitor may know them: a public name and a face, never an address or a number. */
export const Person = z.object({ name: z.string(), ...face });
export type Person = z.infer<typeof Person>;

/** Who says something. `system` is the desk speaking by itself: an out-of-office text, an automation's answer. */
export const Author = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('visitor') }),
  z.object({ kind: z.literal('bot') }),
  z.object({ kind: z.literal('agent'), name: z.string(), team: z.string().optional(), ...face }),
  z.object({ kind: z.literal('system') }),
]);
export type Author = z.infer<typeof Author>;

/** Something to press instead of writing. `value` is what the bot hears, `title` what people read. */
export const Choice = z.object({ title: z.string().max(200), value: z.string().max(500) });
export type Choice = z.infer<typeof Choice>;

/** A file at the desk, reachable through the relay. `size` in bytes. */
export const File = z.object({
  name: z.string(),
  type: z.string(),
  size: z.number().int().nonnegative().optional(),
  url: z.string(),
});
export type File = z.infer<typeof File>;

/**
 * One thing somebody said. `text` is Markdown; `at` is the time of its source, in milliseconds since 1970. A deleted
 * message keeps its place and loses its words.
 */
export const Message = z.object({
  id: Id,
  author: Author,
  text: z.string(),
  at: z.number().int(),
  choices: z.array(Choice).optional(),
  files: z.array(File).optional(),
  deleted: z.literal(true).optional(),
});
export type Message = z.infer<typeof Message>;
