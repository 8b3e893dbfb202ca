/* Takes out of a text what nobody needs to know who reads it later: addresses of mail, and numbers of cards and accounts. */

const mail = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu;
/** 13 to 19 digits, in groups or not. */
const card = /(?<![\p{L}\p{N}])\d(?:[ -]?\d){12,18}(?![\p{L}\p{N}])/gu;
const account = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\p{L}\p{N}])/gu;

/** @returns the text with `[e-mail]`, `[card]` and `[account]` in their places */
export function redact(text: string): string {
  return text
    .replace(mail, '[e-mail]')
    .replace(account, (number) => (isAccount(number) ? '[account]' : number))
    .replace(card, (digits) => (isCard(digits) ? '[card]' : digits));
}

/** The sum by which a card's number is known from others (ISO/IEC 7812). */
function isCard(written: string): boolean {
  const digits = [...written.replace(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce((total, digit, at) => {
    const counted = at % 2 === 1 ? digit * 2 : digit;
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return sum % 10 === 0;
}

/** The remainder that every IBAN has (ISO 13616). */
function isAccount(written: string): boolean {
  const number = written.replaceAll(' ', '');
  const digits = `${number.slice(4)}${number.slice(0, 4)}`.replace(/[A-Z]/g, (letter) =>
    String(letter.charCodeAt(0) - 55),
  );
  return BigInt(digits) % 97n === 1n;
}
