import { fold, type InLanguages } from '../../words.ts';

/*
 * What every bot of this kind understands, and says, without being taught: the wish for a person, and leaving off.
 * A phrase of several words counts wherever it stands in what was said; a single word only by itself.
 */

const person: InLanguages<string[]> = {
  en: [
    ...['human', 'person', 'agent', 'operator', 'representative', 'staff', 'support', 'real person', 'human please'],
    ...['talk', 'speak', 'chat', 'connect me'].flatMap((verb) =>
      ['to', 'with'].flatMap((word) =>
        [
          'a person',
          'a human',
          'a real person',
          'someone',
          'somebody',
          'an agent',
          'a human being',
          'a representative',
          'staff',
          'support',
          'your team',
          'customer service',
        ].map((whom) => `${verb} ${word} ${whom}`),
      ),
    ),
    ...['i want a person', 'i want a human', 'i need a person', 'i need a human', 'get me a person', 'get me a human'],
    ...[
      'real human',
      'actual person',
      'live agent',
      'human agent',
      'can someone help me',
      'can someone look at',
      'not a bot',
    ],
  ],
  de: [
    ...['mensch', 'person', 'mitarbeiter', 'mitarbeiterin', 'kundendienst', 'berater', 'echter mensch'],
    ...[
      'einem menschen',
      'einer person',
      'jemandem',
      'einem mitarbeiter',
      'einer mitarbeiterin',
      'dem kundendienst',
      'einem echten menschen',
    ].flatMap((whom) =>
      ['sprechen', 'reden', 'schreiben', 'chatten', 'verbinden'].map((verb) => `mit ${whom} ${verb}`),
    ),
    ...[
      'echten menschen',
      'echte person',
      'einen menschen bitte',
      'ich will einen menschen',
      'ich mochte einen menschen',
    ],
    ...['ich brauche einen menschen', 'kein bot', 'keinen bot', 'kann jemand helfen', 'kann sich jemand'],
  ],
  ar: [
    ...['موظف', 'موظفة', 'إنسان', 'شخص', 'شخص حقيقي', 'خدمة العملاء'],
    ...['التحدث', 'أتحدث', 'اتكلم', 'التكلم', 'الكلام', 'أكلم', 'تحدث', 'التواصل'].flatMap((verb) =>
      ['موظف', 'شخص', 'إنسان', 'أحد', 'شخص حقيقي', 'الموظف', 'خدمة العملاء', 'الدعم'].flatMap((whom) => [
        `${verb} مع ${whom}`,
        `${verb} ${whom}`,
        `${verb} إلى ${whom}`,
      ]),
    ),
    ...['أريد موظف', 'أريد موظفا', 'أريد شخصا', 'أريد شخص', 'أريد إنسانا', 'هل يمكن لشخص أن', 'هل يمكن لأحد'],
  ],
};

const stop: InLanguages<string[]> = {
  en: [
    'never mind',
    'nevermind',
    'stop',
    'cancel',
    'forget it',
    'forget that',
    'leave it',
    'quit',
    'abort',
    'no thanks',
    'not now',
  ],
  de: [
    'abbrechen',
    'abbruch',
    'stopp',
    'stop',
    'vergiss es',
    'egal',
    'doch nicht',
    'lass es',
    'lassen wir es',
    'schon gut',
  ],
  ar: ['إلغاء', 'الغاء', 'توقف', 'قف', 'لا يهم', 'انس الأمر', 'انسى الأمر', 'لا شكرا', 'اتركه', 'دعك من ذلك'],
};

const polite = / (please|bitte|من فضلك|رجاء|لو سمحت)$|^(please|bitte|ok|okay|من فضلك) /gu;
const negations = new Set(['dont', 'not', 'no', 'without', 'nicht', 'ohne', 'لا', 'ليس', 'بدون'].map(fold));

const foldAll = (lists: InLanguages<string[]>) => new Set(Object.values(lists).flat().map(fold));
const personPhrases = foldAll(person);
const stopPhrases = foldAll(stop);
const mostWords = Math.max(...[...personPhrases].map((phrase) => phrase.split(' ').length));

/**
 * Whether somebody wants a person, in any of the languages.
 * @param folded what was said, as `fold` leaves it
 */
export function wantsPerson(folded: string): boolean {
  const said = folded.replace(polite, '');
  if (personPhrases.has(said)) return true;
  const words = said.split(' ');
  for (let at = 0; at < words.length; at++) {
    const length = phraseAt(words, at);
    if (length === 0) continue;
    // "I do not want to talk to a person" is the opposite.
    if (!words.slice(Math.max(0, at - 4), at).some((word) => negations.has(word))) return true;
    at += length - 1;
  }
  return false;
}

/** How many words the longest phrase that begins there has; 0 where none does. One word alone is not looked for. */
function phraseAt(words: readonly string[], at: number): number {
  for (let length = Math.min(mostWords, words.length - at); length > 1; length--)
    if (personPhrases.has(words.slice(at, at + length).join(' '))) return length;
  return 0;
}

/** Whether somebody wants to leave off what is under way. Only by itself: "cancel my order" is something else. */
export function wantsToStop(folded: string): boolean {
  return stopPhrases.has(folded.replace(polite, ''));
}

export interface BotWords {
  noAnswer: string;
  /** The same where no person can take over. */
  noAnswerAlone: string;
  /** The second time in a row. */
  stillNoAnswer: string;
  /** On the button; it is understood as the wish for a person. */
  person: string;
  /** Said with the wish. */
  passedOn: string;
  stopped: string;
  nothingToStop: string;
  /** Before the question of something begun earlier. */
  stillOpen: string;
  notUnderstood: string;
  /** After the third answer that does not fit. */
  orPerson: string;
}

export const botWords: InLanguages<BotWords> = {
  en: {
    noAnswer: 'There is no answer to this here. Ask differently, or talk to a person.',
    noAnswerAlone: 'There is no answer to this here. Ask differently.',
    stillNoAnswer: 'No answer to this either. A person can look at it.',
    person: 'Talk to a person',
    passedOn: 'Of course. Everything above goes along, so nothing has to be said twice.',
    stopped: 'Left off. Nothing was changed.',
    nothingToStop: 'Nothing is under way.',
    stillOpen: 'Still open:',
    notUnderstood: 'That does not fit here.',
    orPerson: 'A person can take it from here, too.',
  },
  de: {
    noAnswer: 'Darauf gibt es hier keine Antwort. Anders fragen hilft, oder mit einem Menschen sprechen.',
    noAnswerAlone: 'Darauf gibt es hier keine Antwort. Anders fragen hilft.',
    stillNoAnswer: 'Auch darauf gibt es hier keine Antwort. Ein Mensch kann es sich ansehen.',
    person: 'Mit einem Menschen sprechen',
    passedOn: 'Gern. Alles von oben geht mit, nichts muss zweimal gesagt werden.',
    stopped: 'Abgebrochen. Geändert wurde nichts.',
    nothingToStop: 'Gerade läuft nichts.',
    stillOpen: 'Noch offen:',
    notUnderstood: 'Das passt hier nicht.',
    orPerson: 'Ein Mensch kann das auch übernehmen.',
  },
  ar: {
    noAnswer: 'لا توجد هنا إجابة عن هذا. يمكن السؤال بطريقة أخرى أو التحدث مع موظف.',
    noAnswerAlone: 'لا توجد هنا إجابة عن هذا. يمكن السؤال بطريقة أخرى.',
    stillNoAnswer: 'لا توجد إجابة عن هذا أيضًا. يمكن لموظف أن ينظر فيه.',
    person: 'التحدث مع موظف',
    passedOn: 'بالتأكيد. كل ما سبق ينتقل مع المحادثة، فلا حاجة إلى التكرار.',
    stopped: 'أُلغي. لم يتغير شيء.',
    nothingToStop: 'لا شيء قيد التنفيذ.',
    stillOpen: 'ما زال مفتوحًا:',
    notUnderstood: 'هذا لا يناسب هنا.',
    orPerson: 'يمكن لموظف أن يتابع من هنا أيضًا.',
  },
};
