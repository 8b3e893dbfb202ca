/*
 * Loaded into the relay before its own code: its clock is wrong by as many milliseconds as stand in the file that
 * CLOCK_FILE names. It is read again each 50 ms, so that the clock jumps while the relay runs; timers are not touched.
 */
import { readFileSync } from 'node:fs';

const RealDate = Date;
const now = RealDate.now.bind(RealDate);
let wrongByMs = 0;
function look() {
  try {
    wrongByMs = Number(readFileSync(process.env.CLOCK_FILE, 'utf8')) || 0;
  } catch {
    wrongByMs = 0;
  }
}
look();
setInterval(look, 50).unref();

class WrongDate extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(now() + wrongByMs);
    else super(...args);
  }
  static now() {
    return now() + wrongByMs;
  }
}
globalThis.Date = WrongDate;
