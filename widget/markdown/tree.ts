/** What a message's text turns into: plain data, drawn by `components/Prose.tsx`. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'break' }
  | { kind: 'strong' | 'em' | 'del'; inside: Inline[] }
  /** `shown`: where it leads, if its text does not say so. */
  | { kind: 'link'; href: string; shown: string | null; inside: Inline[] };

export type Block =
  | { kind: 'paragraph' | 'heading'; inside: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; inside: Block[] }
  /** `start` is null for a list without numbers. */
  | { kind: 'list'; start: number | null; items: Block[][] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { kind: 'rule' };

/** Nothing nests deeper; what would is text. */
export const deepest = 8;
