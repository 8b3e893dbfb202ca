import { each } from './people.ts';
import { hello, openLight, type Light } from './visitor.ts';

/*
 * Visitors that connect and say nothing, in a process of their own, for one may only have so many files open. It is told
 * how many there are to be, and answers once they are there.
 * Usage: crowd.ts <address of the server> <relay or bare>
 */

const [url = '', kind = ''] = process.argv.slice(2);
const visitors: Light[] = [];

process.on('message', ({ count }: { count: number }) => {
  const missing = Array.from({ length: count - visitors.length }, (_, i) => i);
  void each(missing, async () => {
    const visitor = await openLight(url);
    if (kind === 'relay') await hello(visitor);
    visitors.push(visitor);
  }).then(() => process.send?.(visitors.length));
});
process.on('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
console.log('ready');
