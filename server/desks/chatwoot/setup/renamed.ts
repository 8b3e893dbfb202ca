import { RelayError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import { readAddress } from '../http/address.ts';
import { settingsPrefix, type Saved } from './saved.ts';
import type { Settings } from '../options.ts';

/*
 * What is known of a desk is kept by the bot's name, and so are the inbox and the conversations in it. A bot that gets
 * another name keeps all of it: else people would go on writing where nobody is listening.
 */

export interface Renaming {
  url: string;
  account: number;
  /** All bots of the configuration. */
  configured: readonly string[];
  /** Those that have a desk, and what they were called before, where that is written down; `none` for a new one. */
  bots: readonly { name: string; formerly?: string | undefined }[];
  settings: Settings & { list(prefix: string): Promise<{ name: string; value: string }[]> };
  log: Log;
}

/**
 * Hands what is known of a desk over to the new names of bots. Before any desk is opened.
 * @throws {RelayError} where it is not clear which bot has which new name, with the line to write
 */
export async function followRenamedBots({ url, account, configured, bots, settings, log }: Renaming): Promise<void> {
  const address = readAddress(url);
  if (!address) return; // opening says so
  const prefix = `${settingsPrefix(address, account)} `;
  const rows = await settings.list(prefix);
  // What was handed over is empty. Written by `loadSaved`, and by nobody else.
  const known = new Map(
    rows.flatMap(({ name, value }) => (value === '' ? [] : [[name.slice(prefix.length), JSON.parse(value) as Saved]])),
  );

  const handOver = async (from: string, to: string) => {
    const saved = known.get(from);
    if (!saved) return;
    const { retired: _retired, ...active } = saved;
    await settings.set(prefix + to, JSON.stringify(active));
    await settings.set(prefix + from, '');
    known.delete(from);
    known.set(to, active);
    log.info({ from, to, inbox: saved.inbox }, 'the bot has another name; it keeps its inbox and its conversations');
  };

  const isGone = (name: string) => known.has(name) && !configured.includes(name);
  for (const { name, formerly } of bots) {
    if (formerly !== undefined && !known.has(name) && isGone(formerly)) await handOver(formerly, name);
  }
  const gone = [...known.keys()].filter((name) => isGone(name) && !known.get(name)?.retired);
  const added = bots.filter(({ name, formerly }) => !known.has(name) && formerly === undefined);
  const [from] = gone;
  const [to] = added;
  if (from === undefined) return;
  if (!to) {
    for (const name of gone) {
      await settings.set(prefix + name, JSON.stringify({ ...known.get(name), retired: true }));
    }
    return;
  }
  if (gone.length > 1 || added.length > 1) {
    const names = (of: readonly string[]) => of.map((one) => `“${one}”`).join(', ');
    const sentence = `it is not clear which bot got another name: ${names(gone)} gone, ${names(added.map(({ name }) => name))} new`;
    throw new RelayError(sentence, {
      remedy: `write below each new bot in baton.yaml what it was called before, so that it keeps its inbox and its people, such as\n  formerly: ${from}\nor, where it is a new one,\n  formerly: none`,
    });
  }
  await handOver(from, to.name);
}
