import { checkDesk } from './check-desk.ts';

/** `npm run desk-check -- URL TOKEN`. Ctrl-C ends it after the step that is under way, and takes back what was made. */
const end = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end.abort());
process.exitCode = await checkDesk(process.argv.slice(2), {
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
  signal: end.signal,
});
