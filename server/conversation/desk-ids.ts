/** The id of a message that was found at the desk. Nobody else gives one like this: visitors' ids hold no dot. */
export const deskId = (round: number, id: number): string => `d.${round}.${id}`;

/** Whether it was found there, and so is not for the desk. */
export const isOfDesk = (message: string): boolean => message.startsWith('d.');
