import { parseArgs } from 'node:util';
import { createSandbox } from './server.ts';
import type { Sandbox } from './server.ts';
import { readSwitches } from './switches.ts';
import type { Switches } from './switches.ts';

/** Ends with one sentence that says what to do. */
function stop(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** `--chatwoot 4.10`, and any switch as `--switch name=value`. */
function switchesAsked(): Partial<Switches> {
  const { values } = parseArgs({
    options: { chatwoot: { type: 'string' }, switch: { type: 'string', multiple: true, default: [] } },
  });
  const named = values.switch.map((pair): [string, unknown] => {
    const [name = '', value = 'true'] = pair.split('=');
    const plain = /^(true|false|null|[\d.]+)$/.test(value) && name !== 'chatwoot';
    return [name, plain ? JSON.parse(value) : value];
  });
  const asked = {
    ...Object.fromEntries(named),
    ...(values.chatwoot === undefined ? {} : { chatwoot: values.chatwoot }),
  };
  const switches = readSwitches(asked);
  return typeof switches === 'string'
    ? stop(`The sandbox cannot start: ${switches}. See sandbox/README.md.`)
    : switches;
}

function askedFor(): Partial<Switches> {
  try {
    return switchesAsked();
  } catch (error) {
    return stop(`The sandbox cannot start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function start(switches: Partial<Switches>): Promise<Sandbox> {
  const port = Number(process.env['SANDBOX_PORT'] || 4001);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    stop('SANDBOX_PORT must be a port number, or 0 for a free one.');
  const [host, ...names] = (process.env['SANDBOX_HOST'] ?? '').split(',').map((name) => name.trim());
  const file = process.env['SANDBOX_DATA'] || 'data/sandbox.db';
  try {
    return await createSandbox({ port, file, switches, names, ...(host ? { host } : {}) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE') stop(`Port ${port} is taken: stop what uses it, or set SANDBOX_PORT to another port.`);
    throw error;
  }
}

const sandbox = await start(askedFor());
console.log(`Agent page  http://localhost:${sandbox.port}/`);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
