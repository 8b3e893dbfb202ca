import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../testing/visit.ts';
import type { Node } from './node.ts';

/** What every node keeps to, alone or one of several. */
export function describeNode(what: string, open: () => Promise<Node>): void {
  async function start() {
    const node = await open();
    onTestFinished(() => node[Symbol.asyncDispose]());
    const [gained, lost]: [string[], string[]] = [[], []];
    const holder = { gained: (name: string) => void gained.push(name), lost: (name: string) => void lost.push(name) };
    return { node, gained, lost, holder };
  }

  describe(what, () => {
    test('holds what it wants, and is told so once', async () => {
      const { node, gained, holder } = await start();
      expect(node.leases.held('desk/one')).toBeUndefined();
      node.leases.want(['work/0', 'work/1'], 'fairly', holder);
      node.leases.want(['desk/one'], 'first', holder);
      await eventually(() => gained.length === 3, 'all of them are held');
      expect([...gained].sort()).toEqual(['desk/one', 'work/0', 'work/1']);
      for (const name of gained) expect(node.leases.held(name)).not.toBeUndefined();
      expect(node.leases.held('work/2')).toBeUndefined();
    });

    test('has nothing any more once it has ended, and tells nobody that it lost it', async () => {
      const { node, gained, lost, holder } = await start();
      node.leases.want(['work/0'], 'fairly', holder);
      await eventually(() => gained.length === 1, 'it is held');
      await node.leases[Symbol.asyncDispose]();
      expect(node.leases.held('work/0')).toBeUndefined();
      expect(lost).toEqual([]);
      await node.leases[Symbol.asyncDispose]();
    });

    test('does not hear its own news', async () => {
      const { node } = await start();
      const heard: unknown[] = [];
      using _ = node.news.hear({ heard: (item) => heard.push(item), missed: () => heard.push('missed'), look() {} });
      node.news.tell({ about: 'thinking', id: 'c', on: true });
      await node[Symbol.asyncDispose]();
      expect(heard).toEqual([]);
      expect(node.isWell()).toBe(true);
    });
  });
}
