import type { z } from 'zod';
import { fold } from '../words.ts';
import { isMap } from './environment.ts';
import { routingProblems, unknownNames } from './routing-check.ts';
import type { Settings as Schema } from './schema.ts';
import type { Problem } from './yaml-file.ts';

type Settings = z.output<typeof Schema>;

/**
 * What is wrong between settings. It looks at the values as they are written, so that it is said together with
 * whatever else is wrong.
 */
export function checkAcross(
  value: Record<string, unknown>,
  isReadable: (path: string) => boolean,
  wrongLogo: (path: string) => string | undefined,
): Problem[] {
  const bots = isMap(value.bots) ? value.bots : {};
  const routing = isMap(value.routing) ? value.routing : {};
  const rules = Array.isArray(routing.rules) ? routing.rules.map((rule: unknown) => (isMap(rule) ? rule : {})) : [];
  const problems: Problem[] = [];

  for (const [site, settings] of Object.entries(isMap(value.sites) ? value.sites : {})) {
    problems.push(...unknownNames(isMap(settings) ? settings.bot : undefined, bots, ['sites', site, 'bot'], 'bots'));
  }
  for (const [bot, settings] of Object.entries(bots)) {
    const file = isMap(settings) && settings.kind === 'skills' ? settings.file : undefined;
    if (typeof file !== 'string' || file === '' || isReadable(file)) continue;
    problems.push({
      path: ['bots', bot, 'file'],
      sentence: `names ${file}, which cannot be read: write a path relative to this file`,
    });
  }
  for (const [bot, settings] of Object.entries(bots)) {
    const logo = isMap(settings) ? settings.logo : undefined;
    const wrong = typeof logo === 'string' && logo !== '' ? wrongLogo(logo) : undefined;
    if (wrong !== undefined) problems.push({ path: ['bots', bot, 'logo'], sentence: wrong });
  }
  const labels = rules.map(({ label }) => labelsIn(label));
  labels.forEach((own, at) => {
    const first = labels.findIndex((others) => own.some((label) => others.includes(label)));
    if (first === at || own.length === 0) return;
    problems.push({
      path: ['routing', 'rules', at, 'label'],
      sentence: `is the label of rule ${first + 1}, too: visitors choose by it, so give each rule its own`,
    });
  });
  if (rules.length > 0 && !isMap(routing.default)) {
    problems.push({
      path: ['routing', 'default'],
      sentence: 'is missing: write where everything goes that no rule has, such as { team: support, label: Support }',
    });
  }
  return [...problems, ...routingProblems(value)];
}

/** A label as it is written: one for all, or by language. */
function labelsIn(label: unknown): string[] {
  const words = isMap(label) ? Object.values(label) : [label];
  return words.flatMap((each) => (typeof each === 'string' ? [fold(each)] : [])).filter((each) => each !== '');
}

/** What is allowed and probably not meant, one sentence each. */
export function warningsAbout({ demo, host, sites }: Pick<Settings, 'demo' | 'host' | 'sites'>): string[] {
  const warnings: string[] = [];
  const origins = Object.entries(sites).flatMap(([site, { origins }]) => origins.map((origin) => ({ site, origin })));
  if (demo) {
    const open = 'demo: true shows everyone who reaches the relay the demo page and /demo/state';
    const foreign = origins.find(({ origin }) => !isLoopback(hostIn(origin)));
    if (foreign)
      warnings.push(`${open}, and sites.${foreign.site} is for ${foreign.origin}: leave demo out on a real site`);
    else if (host !== undefined && !isLoopback(host))
      warnings.push(`${open}, and host is ${host}: set host to 127.0.0.1, or leave demo out`);
  }
  for (const { site, origin } of origins) {
    if (!origin.endsWith(':*') || isLoopback(hostIn(origin))) continue;
    warnings.push(
      `sites.${site}.origins: ${origin} lets in whatever runs on any port of that machine: write the one origin that is meant`,
    );
  }
  return warnings;
}

const hostIn = (origin: string): string => new URL(origin.replace(/:\*$/, '')).hostname;
const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host);
