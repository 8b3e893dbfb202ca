import MiniSearch from 'minisearch';
import { fold } from '../../words.ts';
import type { Skill, SkillSet } from './skill-file.ts';

/** What was said, compared with what skills are trained on. */
export interface Matcher {
  /** The skill of that name. */
  named(name: string): Skill | undefined;
  /** The skill with exactly that phrase. @param folded as `fold` leaves it */
  exact(folded: string): Skill | undefined;
  /** The skill that is probably meant. @param folded as `fold` leaves it */
  probable(folded: string, language: string): Skill | undefined;
}

/** Below this, nothing is meant. Between 0 (nothing in common) and 1 (all of a phrase, and nothing else). */
const floor = 0.5;

/** What somebody wants is in the first words, and a long letter shall not keep the others waiting. */
const mostWords = 80;
/** No word that means anything is longer, in characters; what looks for similar words needs time by their square. */
const longestWord = 40;

/** Words that say nothing about what is meant. */
const small = new Set(
  (
    'a an the i im id you we it its is are am was be do does did can could would will shall may have has my your me us our to of for in on ' +
    'at and or please what how where when which who why there this that with want need like get ' +
    'ein eine einen einem einer der die das den dem des ich du sie wir es ist sind war bin kann konnen mein meine meinen meiner mir mich ' +
    'und oder bitte was wie wo wann welche welcher welches wer warum zu zum zur von fur in im an am auf mit mochte will brauche habe ' +
    'في من على عن الى هل ما ماذا كيف اين متى اي انا انت هو هي هذا هذه اريد ان لي مع يا هناك و'
  )
    .split(' ')
    .map(fold),
);

export function createMatcher({ skills }: SkillSet): Matcher {
  const phrases = skills.flatMap((skill) =>
    Object.entries(skill.phrases).flatMap(([language, list]) =>
      list.map((text) => ({ skill, language, text: fold(text) })),
    ),
  );
  const known = new Map<string, Skill>(phrases.map(({ skill, text }) => [text, skill]));
  const names = new Map<string, Skill>(skills.map((skill) => [skill.name.toLowerCase(), skill]));

  const index = new MiniSearch<{ id: number; text: string }>({
    fields: ['text'],
    tokenize: (text) => text.split(' '),
    processTerm: (term) => (term === '' || small.has(term) ? null : stem(term)),
    searchOptions: {
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 4 ? 0.2 : false),
      weights: { prefix: 0.6, fuzzy: 0.45 },
    },
  });
  index.addAll(phrases.map(({ text }, id) => ({ id, text })));
  /** What a phrase scores for itself: scores mean something only beside it. */
  const whole = phrases.map(
    ({ text }, id) => index.search(text, { filter: (hit) => hit.id === id })[0]?.score ?? Infinity,
  );

  const sentences = phrases
    .filter(({ text }) => text.split(' ').length > 2)
    .sort((one, other) => other.text.length - one.text.length);
  const length = phrases.map(({ text }) => meaningful(text).length);

  return {
    named: (name) => names.get(name.trim().toLowerCase()),
    exact: (folded) => known.get(folded),
    probable(folded, language) {
      const said = folded
        .split(' ')
        .filter((word) => word.length <= longestWord)
        .slice(0, mostWords)
        .join(' ');
      const spaced = ` ${said} `;
      const sentence = sentences.find((phrase) => spaced.includes(` ${phrase.text} `));
      if (sentence) return sentence.skill;
      const words = new Set(meaningful(said));
      let best: { skill: Skill; sure: number } | undefined;
      for (const hit of index.search(said)) {
        const phrase = phrases[hit.id as number];
        if (!phrase) continue;
        const ofPhrase = Math.min(1, hit.score / (whole[hit.id as number] ?? Infinity));
        const ofWords = Math.min(1, hit.queryTerms.length / Math.max(1, words.size));
        // A phrase of one word is not what a long sentence is about, only because that word is in it.
        const weight = Math.min(1, (length[hit.id as number] ?? 1) / 2);
        const own = phrase.language === language.split('-')[0] ? 0.02 : 0;
        const sure = 0.6 * ofPhrase * weight + 0.4 * ofWords + own;
        if (sure >= floor && sure > (best?.sure ?? 0)) best = { skill: phrase.skill, sure };
      }
      return best?.skill;
    },
  };
}

const meaningful = (folded: string): string[] => folded.split(' ').filter((word) => word !== '' && !small.has(word));

/** Without the article and the prepositions that Arabic writes in one word with the noun. */
function stem(term: string): string {
  const bare = term.replace(/^[وف]?(ال|بال|لل|كال)/u, '');
  return bare.length >= 3 ? bare : term;
}
