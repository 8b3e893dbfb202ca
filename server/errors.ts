import type { Refusal } from '../shared/protocol.ts';

/** Something the caller cannot continue from. Logged once, at the edge, as one line: what failed, the cause, the remedy. */
export class RelayError extends Error {
  override readonly name = 'RelayError';
  /** What the visitor's widget is told. */
  readonly refusal: Refusal;
  /** What the operator can do. */
  readonly remedy: string | undefined;

  constructor(
    message: string,
    { refusal = 'unavailable', remedy, cause }: { refusal?: Refusal; remedy?: string; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.refusal = refusal;
    this.remedy = remedy;
  }
}
