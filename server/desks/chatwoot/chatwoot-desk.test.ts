import { expect } from 'vitest';
import { describeDesk, type Bench } from '../desk.contract.ts';
import type { DeskAgent, DeskThread } from '../desk.ts';
import { writtenIn } from './check/hands.ts';
import { Message } from './http/shapes.ts';
import { jon, mara, startDesk, type Json, type Who } from './testing/start-desk.ts';

describeDesk('Chatwoot 4.10', () => bench('4.10'));
describeDesk('Chatwoot 4.14', () => bench('4.14'));

async function bench(chatwoot: '4.10' | '4.14'): Promise<Bench> {
  const reconcileMs = 2_000;
  const timing = { sweepMs: 50 };
  const under = await startDesk({ sandbox: { switches: { chatwoot } }, desk: { reconcileMs, timing } });
  const who = (agent: DeskAgent): Who => (agent.key === mara.key ? 'mara' : 'jon');
  const at = (thread: DeskThread, rest = '') => `conversations/${thread.ref?.['number']}${rest}`;
  const write = async (thread: DeskThread, agent: DeskAgent, body: object) =>
    (await under.as(who(agent), 'POST', at(thread, '/messages'), body)).id as number;
  return {
    desk: under.desk,
    team: 'support',
    otherTeam: 'sales',
    agent: mara,
    other: jon,
    reconcileMs,
    say: (thread, agent, content) => write(thread, agent, { content }),
    note: (thread, agent, content) => write(thread, agent, { content, private: true }),
    typing: (thread, agent, on) =>
      under.as(who(agent), 'POST', at(thread, '/toggle_typing_status'), {
        typing_status: on ? 'on' : 'off',
        is_private: false,
      }),
    setStatus: (thread, agent, status) => under.as(who(agent), 'POST', at(thread, '/toggle_status'), { status }),
    remove: (thread, id) => under.as('mara', 'DELETE', at(thread, `/messages/${id}`)),
    destroy: (thread) => under.as('asha', 'DELETE', at(thread)),
    texts: async (thread) => (await under.messages(thread)).flatMap((one) => writtenIn(Message.parse(one))),
    visitorOf: async (thread) => String((await under.as('asha', 'GET', at(thread))).meta.sender.id),
    async away(on) {
      under.sandbox.set({ refuseCable: on });
      if (on) under.sandbox.fault({ path: '^/(api|public)/', times: 1_000_000, status: 503, body: 'one moment' });
      else await fetch(`${under.sandbox.url}/sandbox/faults`, { method: 'DELETE' });
    },
    async rating(thread) {
      const reports = (await under.as('asha', 'GET', 'csat_survey_responses')) as Json[];
      const [report, ...more] = reports.filter((one) => one.conversation_id === thread.ref?.['number']);
      if (!report) return null;
      expect(more).toEqual([]);
      const survey = await under.as('asha', 'GET', `/public/api/v1/csat_survey/${thread.ref?.['uuid']}`);
      const { assigned_agent_id: agent } = survey.csat_survey_response;
      const people = (await under.as('asha', 'GET', 'agents')) as Json[];
      const name = people.find(({ id }) => id === agent)?.name as string | undefined;
      return { stars: report.rating, feedback: report.feedback_message, ...(name ? { agent: name } : {}) };
    },
    lose: (what, of) => {
      const which = of ? { path: '/messages/[0-9]+$', method: 'PATCH' } : { path: '/messages$', method: 'POST' };
      return Promise.resolve(under.sandbox.fault({ ...which, after: what === 'answer', cut: true }));
    },
    [Symbol.asyncDispose]: () => under[Symbol.asyncDispose](),
  };
}
