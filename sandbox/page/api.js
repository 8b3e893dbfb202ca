// The same HTTP API and websocket that the relay uses, with the token of whoever is chosen.

let token = '';

/** @param {string} next */
export const speakAs = (next) => void (token = next);

/**
 * @param {string} method
 * @param {string} path under the account, or from `/`-`/api` or `/sandbox` on
 * @param {unknown} [body]
 * @returns {Promise<any>} the JSON of the answer
 */
export async function call(method, path, body) {
  const address = /^\/(api|sandbox)\//.test(path) ? path : `/api/v1/accounts/1${path}`;
  const answer = await fetch(address, {
    method,
    headers: { 'Api-Access-Token': token, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/**
 * Listens to one person's websocket, and goes on trying when it is cut.
 * @param {{ id: number, pubsub_token: string }} person
 * @param {{ heard: (event: string, data: any) => void, changed: (connected: boolean) => void }} listener
 * @returns {() => void} stops it
 */
export function listen(person, { heard, changed }) {
  let socket;
  let timer;
  let stopped = false;
  const subscription = { channel: 'RoomChannel', pubsub_token: person.pubsub_token, account_id: 1, user_id: person.id };
  const identifier = JSON.stringify(subscription);

  const connect = () => {
    socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/cable`);
    socket.addEventListener('message', ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.type === 'welcome') socket.send(JSON.stringify({ command: 'subscribe', identifier }));
      if (frame.type === 'confirm_subscription') changed(true);
      if (frame.message && frame.identifier) heard(frame.message.event, frame.message.data);
    });
    socket.addEventListener('close', () => {
      if (stopped) return;
      changed(false);
      timer = setTimeout(connect, 2000);
    });
  };
  connect();
  return () => {
    stopped = true;
    clearTimeout(timer);
    socket.close();
  };
}
