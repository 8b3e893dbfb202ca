import type { Config } from './config.ts';
import { decide, type Decided } from './conversation/routing.ts';
import type { NamedHandoff } from './conversation/routing-rules.ts';
import type { DeskTeam } from './desks/team-name.ts';
import type { RoutingRequest } from './stores/conversation-state.ts';

/** What the configuration says of a site's way to people: the same for a relay, and for trying it without one. */
export interface SiteRouting {
  /** Nobody takes over there. */
  isAlone: boolean;
  /** The active handoff for all who ask there, by its name. */
  defaultHandoff: string | undefined;
  /** An active handoff that may be asked for there. */
  handoff(name: string): NamedHandoff | undefined;
  /** @param teams the desk's, where they are known */
  decide(wish: RoutingRequest, teams?: readonly DeskTeam[]): Decided;
}

export function siteRouting(config: Pick<Config, 'sites' | 'bots' | 'routing'>, site: string): SiteRouting {
  const { routing } = config;
  const bot = config.sites[site]?.bot ?? '';
  // The site's own, else its bot's.
  const written = config.sites[site]?.handoff ?? config.bots[bot]?.handoff;
  function handoff(name: string): NamedHandoff | undefined {
    const { handoffs = {} } = routing;
    const found = Object.hasOwn(handoffs, name) ? handoffs[name] : undefined;
    return found?.state === 'active' && (!found.bots || found.bots.includes(bot)) ? found : undefined;
  }
  return {
    isAlone: written === 'off',
    defaultHandoff: written !== undefined && handoff(written) ? written : undefined,
    handoff,
    decide: (wish, teams = []) => decide(routing, { ...wish, facts: { ...wish.facts, bot } }, teams),
  };
}
