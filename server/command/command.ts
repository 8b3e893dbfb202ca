import type { Environment } from '../config/environment.ts';

/** One thing that an operator can ask for: `npm run baton -- <name> …`. */
export interface Command {
  /** With the arguments it takes: `backup FILE`. All of them are needed. */
  usage: string;
  /** Lines for the end of that list; with them, any arguments are given to it. */
  more?: readonly string[];
  /** One line for the list of commands. */
  about: string;
  /**
   * @param args as many as `usage` names
   * @throws {RelayError} in one sentence, with what to do
   */
  run(args: readonly string[], at: Surroundings): void | Promise<void>;
}

export interface Surroundings {
  env: Environment;
  /** Relative paths among the arguments are relative to it. */
  folder: string;
  now(): number;
  say(line: string): void;
}
