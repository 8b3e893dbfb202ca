import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const repeat = (text: string): object[] => [{ type: 'message', text }];

/** A bot of somebody's own, asked over HTTP. */
interface EchoBot extends AsyncDisposable {
  readonly url: string;
}

interface EchoOptions {
  /**
   * The actions of its answer; undefined: it fails.
   * @param turn the same turn may come again
   */
  answer?: (heard: string, turn: string) => object[] | undefined;
}

/** A bot that says what it hears, word for word, where nothing else is asked for. */
export async function openEchoBot({ answer = repeat }: EchoOptions = {}): Promise<EchoBot> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const asked = JSON.parse(Buffer.concat(parts).toString()) as {
        turn: string;
        epoch: number;
        message: { text: string };
      };
      const { turn, epoch, message } = asked;
      const actions = answer(message.text, turn);
      if (!actions) return void response.writeHead(500).end();
      const body = { v: 1, turn, epoch, actions };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // A server that listens on a port has this kind of address.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
