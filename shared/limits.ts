/** Plain numbers and shapes that both sides use. No imports, so that the widget pays nothing for them. */

/** The version of the wire. A relay serves this one and the one before. */
export const protocolVersion = 2;

/** The longest text a visitor may send, in characters (UTF-16 units, as `maxlength` counts). */
export const longestText = 4_000;

/** The longest id that anybody may make. */
export const longestId = 64;

/** Events in one page of the log. */
export const pageOfEvents = 200;

/** The visitor's typing is over, and an agent's is believed to be, after this long without a word, in milliseconds. */
export const typingEndsMs = 6_000;

/** A choice between teams shows this many at the most, beside "Something else". */
export const mostChoices = 6;
