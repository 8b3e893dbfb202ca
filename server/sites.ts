import type { SiteInfo } from '../shared/protocol.ts';
import type { Bot } from './bots/bot.ts';
import type { Config } from './config.ts';
import type { Context } from './conversation/context.ts';
import { labelOf, matchTopic } from './conversation/topics.ts';
import { visitorName } from './conversation/note-text.ts';
import type { Desk } from './desks/desk.ts';
import { RelayError } from './errors.ts';
import { siteRouting } from './site-routing.ts';
import type { Logos } from './visitors/logos.ts';
import { hashOf, newId } from './visitors/tokens.ts';
import { opensAt } from './hours.ts';
import { inLanguage } from './words.ts';

/** What configuration says of each site: its bot, its desk, and what its visitors read before anything is said. */
interface Sites {
  /** @throws {RelayError} `forbidden` where the site is not configured any more; so do `botOf` and `context` */
  deskOf(site: string): Desk;
  botOf(site: string): Bot;
  botDeadlineMs(site: string): number;
  /** @param bot the name of a bot, which is that of its desk as well */
  isServedBy(site: string, bot: string): boolean;
  /** @param language BCP 47 */
  info(site: string, language: string): SiteInfo;
  /** What decisions need to know of a site. */
  context(site: string): Context;
  /** Whether nobody can take over there. */
  isAlone(site: string): boolean;
}

interface Parts {
  config: Pick<Config, 'sites' | 'bots' | 'routing' | 'times'>;
  /** By the name of the bot. */
  desks: ReadonlyMap<string, Desk>;
  bots: ReadonlyMap<string, Bot>;
  logos: Pick<Logos, 'of'>;
  /** See `Context`. */
  isLost(at: number): boolean;
  now(): number;
}

/** What people at the desk call a visitor. */
export const nameOf = (visitor: string): string =>
  visitorName(Buffer.from(hashOf(visitor), 'base64url').toString('hex'));

export function createSites({ config, desks, bots, logos, isLost, now }: Parts): Sites {
  const contexts = new Map<string, Context>();
  const botName = (site: string) => config.sites[site]?.bot ?? '';
  const part = <T>(of: ReadonlyMap<string, T>, site: string): T => {
    const found = of.get(botName(site));
    if (!found) throw new RelayError(`the site ${site} is not configured any more`, { refusal: 'forbidden' });
    return found;
  };
  const deskOf = (site: string) => part(desks, site);

  const isAlone = (site: string) => siteRouting(config, site).isAlone;

  function info(site: string, language: string): SiteInfo {
    const at = config.sites[site];
    const bot = config.bots[botName(site)];
    const intro = at?.intro && inLanguage(at.intro, language);
    const title = bot?.title && inLanguage(bot.title, language);
    const logo = logos.of(botName(site));
    return {
      name: at?.name ?? site,
      ...(intro ? { intro } : {}),
      greeting: (bot && inLanguage(bot.greeting, language)) ?? '',
      suggestions: (at && inLanguage(at.suggestions, language)) ?? [],
      ...(at ? { accent: at.accent } : {}),
      ...(title || logo ? { bot: { ...(title ? { name: title } : {}), ...(logo ? { logo } : {}) } } : {}),
      ...(isAlone(site) ? { handoff: 'off' as const } : {}),
      now: now(),
    };
  }

  function makeContext(site: string): Context {
    const desk = deskOf(site);
    const routing = siteRouting(config, site);
    return {
      newId,
      chance: Math.random,
      plan: (intent) => desk.plan(intent),
      get home() {
        return desk.home;
      },
      route: (wish) => routing.decide(wish, desk.teams()),
      handoffWords(name, language) {
        const { words } = routing.handoff(name) ?? {};
        return words && inLanguage(words, language);
      },
      defaultHandoff: routing.defaultHandoff,
      isAlone: routing.isAlone,
      lastPersonMs: config.routing.lastPerson ?? 0,
      matchTopic: (text, topics) => matchTopic(config.routing, text, topics),
      labelOf: (team, current) => labelOf(config.routing, team, current),
      nameOf,
      greeting(language) {
        const { greeting, suggestions } = info(site, language);
        return { text: greeting, choices: suggestions };
      },
      askingMs: config.times.asking,
      transferMs: config.times.transfer,
      awayAt(at) {
        const hours = config.sites[site]?.hours;
        const next = hours ? opensAt(hours, at) : at;
        return next === at ? null : { why: 'hours', opensAt: next };
      },
      waitingMs: config.times.waiting,
      ratingMs: config.times.rating,
      mayRate: config.sites[site]?.rating ?? false,
      isLost,
      botHears: (event) => part(bots, site).wants?.events.has(event) ?? false,
      onBotFailure: config.bots[botName(site)]?.onFailure ?? 'offer',
      mostFallbacks: config.bots[botName(site)]?.fallbacks ?? 0,
    };
  }

  return {
    deskOf,
    botOf: (site) => part(bots, site),
    botDeadlineMs: (site) => config.bots[botName(site)]?.deadline ?? config.times.bot,
    isServedBy: (site, bot) => config.sites[site]?.bot === bot,
    info,
    isAlone,
    context(site) {
      const context = contexts.get(site) ?? makeContext(site);
      contexts.set(site, context);
      return context;
    },
  };
}
