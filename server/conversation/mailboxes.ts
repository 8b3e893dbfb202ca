/*
 * A mailbox for each conversation: what is asked of it is done in the order of asking, one after the other. What may be
 * done together, and waits together, is taken out together.
 */

export interface Mailboxes<T> {
  /** @param isAlone it is taken out by itself */
  put(id: string, item: T, isAlone: boolean): void;
  /** Does something between what was put in before and what comes after. */
  inTurn<R>(id: string, job: () => Promise<R>): Promise<R>;
  /** Resolves once all that is in there now is done. */
  idle(): Promise<void>;
}

type Letter<T> = { item: T; isAlone: boolean } | { job: () => Promise<void> };

/** Taken out together, at the most. */
const most = 50;

/** @param take must not fail */
export function createMailboxes<T>(take: (id: string, items: readonly T[]) => Promise<void>): Mailboxes<T> {
  /** With those that are being emptied alone. */
  const boxes = new Map<string, { letters: Letter<T>[]; empty: Promise<void> }>();

  function next(letters: Letter<T>[]): { items: T[] } | { job: () => Promise<void> } {
    const items: T[] = [];
    for (;;) {
      const [letter] = letters;
      if (!letter || items.length === most) return { items };
      const isByItself = 'job' in letter || letter.isAlone;
      if (isByItself && items.length > 0) return { items };
      letters.shift();
      if ('job' in letter) return letter;
      items.push(letter.item);
      if (isByItself) return { items };
    }
  }

  async function empty(id: string, letters: Letter<T>[]): Promise<void> {
    // What is asked for in the same turn goes along: this comes behind all that is just being done.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    while (letters.length > 0) {
      const taken = next(letters);
      if ('job' in taken) await taken.job();
      else await take(id, taken.items);
    }
    boxes.delete(id);
  }

  function post(id: string, letter: Letter<T>) {
    const box = boxes.get(id);
    if (box) return void box.letters.push(letter);
    const letters = [letter];
    // It begins to be emptied only when this is done.
    boxes.set(id, { letters, empty: empty(id, letters) });
  }

  return {
    put: (id, item, isAlone) => post(id, { item, isAlone }),
    inTurn: (id, job) =>
      new Promise((resolve, reject) => {
        post(id, { job: () => job().then(resolve, reject) });
      }),
    idle: async () => void (await Promise.all([...boxes.values()].map((box) => box.empty))),
  };
}
