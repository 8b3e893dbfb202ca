import type { InLanguages } from '../words.ts';

/* What the relay itself says to visitors, in the assistant's place. */

/** A person was asked for where there is none behind the chat. */
export const noPeople: InLanguages<string> = {
  en: 'There is nobody here who could take over. The assistant goes on helping.',
  de: 'Hier kann niemand übernehmen. Der Assistent hilft weiter.',
  ar: 'لا يوجد هنا من يتولى المحادثة. يواصل المساعد تقديم المساعدة.',
};

/** The bot had no answer, and there is nobody else. */
export const noAnswer: InLanguages<string> = {
  en: 'The assistant has no answer to this. Please ask differently.',
  de: 'Der Assistent weiß darauf keine Antwort. Bitte fragen Sie anders.',
  ar: 'ليس لدى المساعد جواب عن هذا. يرجى السؤال بطريقة أخرى.',
};
