import { openAgent } from '../kit/agent.ts';
import type { Cast, Talk } from './cast.ts';
import type { Testimony } from './judge.ts';
import type { World } from './world.ts';

/** Everything that is known of everybody, at this moment: of the people, of the database, of the desk. */
export async function gatherEvidence(
  { stage, records }: Pick<World, 'stage' | 'records'>,
  cast: Cast,
): Promise<Testimony[]> {
  const agent = openAgent(stage.sandboxUrl, 'sandbox-administrator');
  const threads = await agent.conversations();
  const lines: { id: number; thread: number; text: string; owner: string | undefined }[] = [];
  const open = new Map<string, number[]>();
  for (const { id: thread, status } of threads) {
    const messages = (await agent.messages(thread)).filter((each) => !each.private && each.message_type !== 2);
    const owner = messages.map(({ content }) => /^v(\d+)\.\d+/.exec(content ?? '')?.[1]).find(Boolean);
    for (const { id, content } of messages) lines.push({ id, thread, text: content ?? '', owner });
    if (status === 'open' && owner) open.set(owner, [...(open.get(owner) ?? []), thread]);
  }
  // In the order of their making, whichever thread they are in: an agent may take up an older one again.
  lines.sort((a, b) => a.id - b.id);
  const all = await records.read();
  return cast.talks.map((talk): Testimony => {
    const { name, visitor, tabs, sent, spoken } = talk;
    const mine = all.get(visitor.logId() ?? '') ?? { log: [], undone: [] };
    return {
      name,
      sent,
      spoken,
      log: mine.log,
      undone: [...mine.undone, ...refusalsOf(talk)],
      tabs: [visitor, ...tabs].map((tab, index) => ({
        name: index === 0 ? 'first tab' : 'second tab',
        events: tab.events(),
        changed: tab.changed(),
      })),
      desk: lines.filter(({ owner, text }) => (owner ?? ownerOf(text)) === name),
      open: open.get(name) ?? [],
    };
  });
}

/**
 * All that stands in these threads, for people to read: words, private notes, and what happened to the thread.
 * @param begunAt in milliseconds since 1970: each line has its second from then on
 */
export async function readThreads(
  { stage }: Pick<World, 'stage'>,
  threads: readonly number[],
  begunAt: number,
): Promise<string[]> {
  const agent = openAgent(stage.sandboxUrl, 'sandbox-administrator');
  const all = (await agent.conversations()).filter(({ id }) => threads.includes(id));
  const lists = all.map(async ({ id, status, meta }) => [
    `Thread ${id}: ${status}, team ${meta.team?.name ?? 'none'}, ${meta.assignee?.name ?? 'nobody'} has it`,
    ...(await agent.messages(id)).map(({ id: number, content, message_type, private: isNote, created_at }) => {
      const kind = isNote ? 'note: ' : message_type === 2 ? '– ' : '';
      const at = Math.round(created_at - begunAt / 1_000);
      return `  ${number} (${at} s) ${kind}${(content ?? '').replace(/\s+/g, ' ').slice(0, 100)}`;
    }),
  ]);
  return (await Promise.all(lists)).flat();
}

/** Whose word it is, where the thread does not tell. */
const ownerOf = (text: string) => /^(?:[va]|b\d+: v)(\d+)\./.exec(text)?.[1];

/** Why a word is not acknowledged, where the relay has said so. */
const refusalsOf = ({ visitor, sent }: Talk): string[] => {
  const refusal = visitor.lastRefusal();
  return sent.some(({ acknowledged }) => !acknowledged) && refusal ? [`it last refused ${refusal}`] : [];
};
