import { request } from 'node:http';
import { quantile, sleep } from '../kit/numbers.ts';
import { hello, newId, openWire, type Wire } from '../kit/wire.ts';

/*
 * A process of its own beside an attack: visitors who behave, each with an address of its own, and somebody who asks
 * /healthz. What they feel is not to be mixed up with how busy the attacker is. Its parent says when a phase begins and ends.
 */

export interface Felt {
  /** Milliseconds. */
  acksP99: number;
  acks: number;
  healthP50: number;
  healthP99: number;
  /** Messages that were refused or not answered in time, and requests that failed. */
  failed: number;
  /** Visitors whose socket was closed. */
  cut: number;
}

const [url = '', count = '0', sameAddress] = process.argv.slice(2);
/** As often as a visitor may write in the long run. */
const pauseMs = 2_200;

let acks: number[] = [];
let health: number[] = [];
let failed = 0;
let cut = 0;

/** Whether the process still runs; the parent ends it. */
const running = { now: true };

function askHealth(): Promise<number> {
  const from = performance.now();
  return new Promise((resolve) => {
    const asked = request(`${url}/healthz`, { localAddress: '127.9.255.1', timeout: 10_000 }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(performance.now() - from));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => {
      failed += 1;
      resolve(performance.now() - from);
    });
    asked.end();
  });
}

async function chat(wire: Wire, index: number): Promise<void> {
  await sleep((index * pauseMs) / Number(count));
  void wire.closed.then(() => running.now && (cut += 1));
  while (running.now && wire.isOpen) {
    const from = performance.now();
    const text = 'When do you deliver, and what does that cost for two lamps?';
    const reply = await wire.ask('message:send', { id: newId(), text }).catch(() => undefined);
    if (reply?.ok) acks.push(performance.now() - from);
    else failed += 1;
    await sleep(Math.max(0, pauseMs - (performance.now() - from)));
  }
}

const addressOf = (index: number) =>
  sameAddress ? '127.9.200.1' : `127.9.${1 + Math.floor(index / 200)}.${1 + (index % 200)}`;
const wires: Wire[] = [];
for (let index = 0; index < Number(count); index += 1) {
  const wire = await openWire(url, { from: addressOf(index), origin: 'http://localhost:8080' });
  await hello(wire);
  wires.push(wire);
}
wires.forEach((wire, index) => void chat(wire, index));
void (async () => {
  while (running.now) {
    health.push(await askHealth());
    await sleep(25);
  }
})();

process.on('message', (what) => {
  if (what === 'begin') [acks, health, failed, cut] = [[], [], 0, 0];
  if (what === 'end') {
    const felt: Felt = {
      acksP99: quantile(acks, 0.99),
      acks: acks.length,
      healthP50: quantile(health, 0.5),
      healthP99: quantile(health, 0.99),
      failed,
      cut,
    };
    process.send?.(felt);
  }
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
