import type { Config } from '../config.ts';
import { withDefault } from '../conversation/routing.ts';
import { isSameTeam, type TeamName } from '../desks/team-name.ts';
import { shortName } from '../short-name.ts';
import { siteRouting } from '../site-routing.ts';
import { readState, type PastWish } from '../stores/conversation-state.ts';
import type { Command } from './command.ts';
import { openBeside } from './open-beside.ts';

export const route: Command = {
  usage: 'route',
  about: 'tries the rules of now on wishes of before, and says who would go elsewhere',
  async run(_args, { env, say }) {
    await using beside = await openBeside(env);
    const { config, store } = beside;
    let wishes = 0;
    let moved = 0;
    for (let last = ''; ;) {
      const page = await store.list(last, pageSize);
      for (const { id, site } of page) {
        const found = config.sites[site] && (await store.conversation(id));
        for (const wish of found ? (readState(found.state).wishes ?? []) : []) {
          wishes += 1;
          const to = elsewhere(config, site, wish);
          if (to === undefined) continue;
          moved += 1;
          say(`${shortName(id)}  ${time(wish.at)}  ${site}  ${name(wish)} → ${to}`);
        }
      }
      if (page.length < pageSize) break;
      last = page.at(-1)?.id ?? '';
    }
    if (wishes === 0)
      return say('No wish for a person is kept: the last five of each conversation are, once they are passed on.');
    say(`${moved} of ${wishes} ${wishes === 1 ? 'wish' : 'wishes'} would go elsewhere.`);
  },
};

const pageSize = 500;
const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Where a wish would go now, and why; undefined where that is where it went. Who is there is not looked at. */
export function elsewhere(config: Config, site: string, { request, ...before }: PastWish): string | undefined {
  const routing = siteRouting(config, site);
  if (routing.isAlone) return 'nowhere: handoff is off there';
  const { wanted } = request;
  const own = wanted?.isDefault ? { ...wanted, handoff: undefined, isDefault: undefined } : wanted;
  const decided = routing.decide({ ...request, wanted: withDefault(own, routing.defaultHandoff) });
  if ('ask' in decided) return `asked first: ${decided.ask.map(({ label }) => `“${label}”`).join(', ')}`;
  const { route } = decided;
  if (isSame(before, route)) return undefined;
  return `${name(route)}: ${route.trail.join(' ')}`;
}

interface Target {
  team: TeamName | null;
  label: string | null;
}

/** The same team. A number and a name are told apart by the label alone, for the desk is not asked. */
function isSame(one: Target, other: Target): boolean {
  if (one.team === null || other.team === null) return one.team === other.team;
  if (typeof one.team !== typeof other.team && one.label !== null) return one.label === other.label;
  return isSameTeam(one.team, other.team, []);
}

const name = ({ team, label }: Target): string =>
  team === null ? 'nobody in particular' : label === null ? String(team) : `${label} (${team})`;
