import { expect, test } from 'vitest';
import { describeNode } from './node.contract.ts';
import { createSoleNode } from './sole-node.ts';

describeNode('the only node', async () => createSoleNode());

test('the only node holds things at once, and needs no fence', () => {
  const { leases } = createSoleNode();
  const gained: string[] = [];
  leases.want(['work/0'], 'fairly', { gained: (name) => void gained.push(name), lost() {} });
  expect(gained).toEqual(['work/0']);
  expect(leases.held('work/0')).toBeNull();
});
