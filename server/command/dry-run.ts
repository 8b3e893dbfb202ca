import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readConfig, type Config } from '../config.ts';
import { nearest } from '../config/nearest.ts';
import { withDefault } from '../conversation/routing.ts';
import { settle } from '../conversation/routing-targets.ts';
import { topicOf } from '../conversation/topics.ts';
import { isSameTeam } from '../desks/team-name.ts';
import { RelayError } from '../errors.ts';
import { siteRouting, type SiteRouting } from '../site-routing.ts';
import type { Route, RoutingRequest, Wanted } from '../stores/conversation-state.ts';
import { inLanguage } from '../words.ts';
import type { Command } from './command.ts';
import { readTrial, trialOptions, type Trial } from './trial.ts';

export const dryRun: Command = {
  usage: 'dry-run …',
  about: 'says where a visitor would go who wants a person, and why; changes nothing',
  more: trialOptions,
  run(args, { env, folder, say }) {
    const trial = readTrial(args, (file) => readFile(resolve(folder, file)));
    for (const line of tryOut(readConfig({ env }), trial)) say(line);
  },
};

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new RelayError(`${path} cannot be read`, { remedy: 'name a file of JSON', cause });
  }
}

/** What would happen, line by line. Pure. */
export function tryOut(config: Config, trial: Trial): string[] {
  const site = known('site', trial.site ?? Object.keys(config.sites)[0] ?? '', Object.keys(config.sites));
  const routing = siteRouting(config, site);
  const language = trial.language ?? 'en';
  const head = [`At ${site}, with ${config.sites[site]?.bot}, in ${language}:`];
  if (routing.isAlone) return [...head, line('goes', 'nowhere: handoff is off here, and the visitor is told so')];

  const request = requestOf(config, trial, routing, language);
  const decided = routing.decide(request);
  const errors = (decided.errors ?? []).map(({ code, name = '' }) => line('error', `${code} ${name}, told to the bot`));
  if ('ask' in decided) {
    const topics = decided.ask.map(({ label }) => `“${label}”`).join(', ');
    return [...head, ...errors, line('asks', `What is it about? ${topics}, or something else`), line('', ask)];
  }
  return [...head, ...errors, ...linesOf(decided.route, { config, trial, routing, language })];
}

const ask = 'add --topic with one of them, or --topic none, to go on';
const line = (name: string, what: string): string => `  ${name.padEnd(9)}${what}`;

function linesOf(
  route: Route,
  { config, trial, routing, language }: { config: Config; trial: Trial; routing: SiteRouting; language: string },
): string[] {
  const chain = route.chain ?? [];
  const teams = chain.flatMap(({ team }) => {
    const told = Object.entries(trial.teams ?? {}).find(([name]) => isSameTeam(name, team, []));
    return told ? [{ team, state: told[1] }] : [];
  });
  const settled = settle(route, { teams, person: null }).route;
  const words = route.handoff === undefined ? undefined : routing.handoff(route.handoff)?.words;
  const said = words && inLanguage(words, language);
  const isAsked = chain.length > 0 && teams.length < chain.length;
  const order = chain.map(({ team, skipIf }) => `${team}${skipIf?.length ? ` (not if ${skipIf.join(', ')})` : ''}`);
  return [
    ...(route.tried ?? []).map((each) => line('tried', each)),
    ...settled.trail.map((each) => line('because', each)),
    line('goes to', settled.team === null ? 'nobody in particular: the inbox decides' : `the team ${settled.team}`),
    ...(settled.label === null ? [] : [line('reads', settled.label)]),
    ...(said ? [line('is told', said)] : []),
    ...(route.carries ? [line('people', `get ${route.carries.join(', ') || 'nothing'} beside the conversation`)] : []),
    ...(isAsked ? [line('chain', `${order.join(', then ')}: who is there is asked at that moment`)] : []),
    ...(isAsked ? [line('', 'add --team-state TEAM=nobody_online, missing, empty or no_access to try that')] : []),
    ...(config.routing.lastPerson ? [line('first', 'the person who helped last, if they are online and in it')] : []),
  ];
}

function requestOf(config: Config, trial: Trial, routing: SiteRouting, language: string): RoutingRequest {
  const { skills = [], page = null, attributes, topic } = trial;
  const { name, ...named } = trial.handoff ?? {};
  const bots: Wanted | undefined = trial.handoff && { ...named, ...(name === undefined ? {} : { handoff: name }) };
  const wanted = withDefault(bots, routing.defaultHandoff);
  const all = { ...attributes, ...trial.handoff?.attributes };
  return {
    skills,
    ...(wanted ? { wanted } : {}),
    ...(topic === undefined ? {} : { topic: topicIn(config, topic) }),
    facts: {
      language,
      page,
      isOpen: trial.hours !== 'closed',
      ...(Object.keys(all).length > 0 ? { attributes: all } : {}),
    },
  };
}

/** The id of a topic that is named by its label. */
function topicIn({ routing }: Config, written: string | null): string | null {
  if (written === null || written === 'none') return null;
  const labels = routing.rules.map(({ label }) => label);
  return topicOf({ label: known('topic', written, labels) }).id;
}

/** @throws {RelayError} where there is none of that name */
function known(what: string, name: string, all: readonly string[]): string {
  const found = all.find((each) => each.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const meant = nearest(name, all);
  throw new RelayError(`there is no ${what} ${name}`, {
    remedy: meant === undefined ? `there are ${all.join(', ') || 'none'}` : `did you mean ${meant}?`,
  });
}
