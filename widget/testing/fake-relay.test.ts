import { createFakeRelay } from './fake-relay.ts';
import { describeRelay } from './relay.contract.ts';

describeRelay('the fake relay', async () => {
  const { openLink } = createFakeRelay();
  return { openLink, [Symbol.asyncDispose]: async () => {} };
});
