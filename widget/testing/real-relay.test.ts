// @vitest-environment node
import { startRelay } from '../../server/testing/start-relay.ts';
import { type Link, openLink } from '../link.ts';
import { describeRelay } from './relay.contract.ts';

describeRelay('the real relay', async () => {
  const relay = await startRelay();
  const links: Link[] = [];
  return {
    openLink() {
      const link = openLink({ relay: `${relay.url}/`, site: 'demo' });
      links.push(link);
      return link;
    },
    async [Symbol.asyncDispose]() {
      for (const link of links) link.hangUp();
      await relay[Symbol.asyncDispose]();
    },
  };
});
