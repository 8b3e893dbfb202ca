import { runCommand } from './run-command.ts';

/** What an operator asks for beside a running relay, or instead of one: `npm run baton -- <command>`. */
process.exitCode = await runCommand(process.argv.slice(2), {
  env: process.env,
  // npm changes to the project's folder, and says where it was called.
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  now: Date.now,
  say: (line) => console.log(line),
  complain: (line) => console.error(line),
});
