const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A random name for a message: 24 letters, 124 bits. Pages without https have no `crypto.randomUUID`. */
export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(24)), (byte) => letters[byte % letters.length]).join('');
