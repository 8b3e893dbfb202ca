import { checks, judged, notBuilt, type Row } from '../kit/rows.ts';
import { NotAdmitted, openWire } from '../kit/wire.ts';
import { inBrowser, openChat, say, shown } from './pages.ts';
import { allowedOrigin, stranger, type World } from './world.ts';

/* A21 to A32: where a connection comes from, and the page around the widget. */

const look = async (url: string, origin: string) =>
  openWire(url, { origin, from: stranger() }).then(
    (wire) => {
      wire.close();
      return 'admitted';
    },
    (error: unknown) => (error instanceof NotAdmitted ? error.refusal : 'cut'),
  );

export const transport: Row<World>[] = [
  {
    id: 'A21',
    tried: 'origins that look like an allowed one',
    async try({ url }) {
      const wrong = [
        'https://shop.example.evil.tld',
        'https://shop.example:444',
        'http://shop.example',
        'https://shop.example.',
        'https://xn--shp-0qa.example',
        'null',
        'https://evil.tld',
        'https://shop.example@evil.tld',
        'https://evilshop.example',
        'https://a.shop.example',
        'file://',
        'http://localhost.evil.tld',
        'http://127.0.0.1.evil.tld:80',
        'http://localhost:80@evil.tld',
        'https://localhost',
        'chrome-extension://abc',
        'https://shop.example/',
        'https://shop.exаmple',
      ];
      const admitted: string[] = [];
      for (const origin of wrong) if ((await look(url, encodeURI(origin))) === 'admitted') admitted.push(origin);
      const right = await look(url, allowedOrigin);
      return judged(
        admitted.length === 0 && right === 'admitted',
        admitted.length > 0 ? `admitted: ${admitted.join(' ')}` : `${wrong.length} refused, the right one ${right}`,
      );
    },
  },
  inBrowser(
    'A22',
    'a foreign page: websocket, polling, and a script tag that speaks JSON-P',
    { bare: true, name: 'foreign.localhost' },
    async ({ url }, { page }) => {
      const said = await page.evaluate(async (relay) => {
        const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
        const socket = await new Promise<string>((resolve) => {
          const ws = new WebSocket(`${relay.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
          ws.onmessage = ({ data }: MessageEvent<string>) => {
            if (data.startsWith('0')) ws.send('40{"site":"demo"}');
            else if (data.startsWith('40')) resolve('joined');
            else if (data.startsWith('44')) resolve('refused');
          };
          ws.onclose = () => resolve('refused');
        });
        const polling = await (async () => {
          const at = `${relay}/socket.io/?EIO=4&transport=polling`;
          try {
            const { sid } = JSON.parse((await (await fetch(at)).text()).slice(1)) as { sid: string };
            await fetch(`${at}&sid=${sid}`, { method: 'POST', body: '40{"site":"demo"}' });
            return (await (await fetch(`${at}&sid=${sid}`)).text()).startsWith('40') ? 'joined' : 'refused';
          } catch {
            return 'refused';
          }
        })();
        const jsonp = await Promise.race([
          new Promise<string>((resolve) => {
            Object.assign(window, {
              ___eio: [(packet: string) => resolve(packet.startsWith('0') ? 'connected' : 'refused')],
            });
            const script = document.createElement('script');
            script.src = `${relay}/socket.io/?EIO=4&transport=polling&j=0`;
            script.onerror = () => resolve('refused');
            script.onload = () => setTimeout(() => resolve('refused'), 200);
            document.head.append(script);
          }),
          wait(5_000).then(() => 'silent'),
        ]);
        return { socket, polling, jsonp };
      }, url);
      return judged(
        Object.values(said).every((each) => each === 'refused'),
        JSON.stringify(said),
      );
    },
  ),
  {
    id: 'A23',
    tried: 'preflights and simple requests from a foreign origin',
    async try({ url }) {
      const headers = { origin: 'https://evil.tld', 'access-control-request-method': 'POST' };
      const preflight = await fetch(`${url}/demo/state`, { method: 'OPTIONS', headers });
      const state = await fetch(`${url}/demo/state`, { headers });
      const polling = await fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers });
      return checks([
        ['no page may read /demo/state', !state.headers.get('access-control-allow-origin')],
        ['no preflight succeeds', !preflight.headers.get('access-control-allow-origin')],
        ['polling never with credentials', !polling.headers.get('access-control-allow-credentials')],
      ]);
    },
  },
  {
    id: 'A24',
    tried: "the relay's pages in a frame",
    async try({ url }) {
      const paths = ['/', '/widget.js', '/nowhere', '/healthz', '/demo/state'];
      const bad: string[] = [];
      for (const path of paths) {
        const { headers } = await fetch(url + path);
        if (
          !headers.get('content-security-policy')?.includes("frame-ancestors 'none'") ||
          headers.get('x-content-type-options') !== 'nosniff'
        )
          bad.push(path);
      }
      return judged(
        bad.length === 0,
        bad.length > 0 ? `may be framed: ${bad.join(' ')}` : `${paths.length} paths: none`,
      );
    },
  },
  inBrowser('A25', 'a hostile window posts messages', {}, async (_world, { page, errors }) => {
    await page.evaluate(() => {
      for (const data of [{ type: 'open' }, '{"event":"baton"}', null, { __proto__: { admin: true } }])
        window.postMessage(data, '*');
    });
    const open = await page.getByRole('dialog').count();
    await openChat(page);
    await page.evaluate(() => window.postMessage({ type: 'close', site: 'evil' }, '*'));
    return judged(
      open === 0 && (await page.getByRole('dialog').isVisible()) && errors.length === 0,
      errors.join() || 'ignored',
    );
  }),
  inBrowser(
    'A26',
    'Object.prototype is polluted before the widget loads',
    {
      before:
        '<script>for (const k of ["site","url","html","token","style","onclick","srcdoc","after","text"]) Object.defineProperty(Object.prototype, k, {value: "polluted", enumerable: false, configurable: true, writable: true})</script>',
    },
    async (_world, { page, errors, foreign }) => {
      await openChat(page);
      await say(page, 'When do you deliver?');
      await shown(page, 'When do you deliver?');
      return judged(errors.length === 0 && foreign.length === 0, errors.join('; ') || 'works');
    },
  ),
  inBrowser('A27', "settings in the page's address", {}, async (_world, { page }) => {
    await openChat(page);
    await page.getByRole('dialog').getByText('Little Fen Lamps').first().waitFor();
    return judged(true, 'not read: the site of the tag');
  }),
  inBrowser(
    'A28',
    'markup without script: <img name="currentScript">, <form id="Baton">, <img name="title">',
    {
      before:
        '<img name="currentScript" src="http://other.localhost:1/a/b" data-site="demo"><form id="Baton"><input name="q"><input name="push"></form><img name="title"><form name="body"></form><a id="document"></a><form id="config" name="config"></form>',
    },
    async (world, { page, foreign, errors }) => {
      const scripts = () => foreign.filter((each) => each.includes('/widget/') || each.endsWith('.js'));
      const launcher = page.getByRole('button', { name: 'Open chat', exact: true });
      // A page that took document.currentScript away may have no chat; it must not have a stranger's.
      if (
        await launcher.waitFor({ timeout: 4_000 }).then(
          () => true,
          () => false,
        )
      ) {
        await launcher.hover();
        await launcher.click();
        await page.waitForTimeout(1_500);
      }
      return judged(
        scripts().length === 0 && errors.length === 0,
        scripts()[0]
          ? `asked for ${scripts()[0]}`
          : errors[0]
            ? `threw: ${errors[0].slice(0, 120)}`
            : `nothing but ${new URL(world.url).host}`,
      );
    },
  ),
  inBrowser(
    'A29',
    'a strict content policy with Trusted Types',
    {
      policy: `default-src 'none'; script-src RELAY; connect-src RELAY ws://127.0.0.1:*; img-src data:; style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'`,
    },
    async (_world, { page, errors }) => {
      await openChat(page);
      await say(page, 'When do you deliver?');
      await shown(page, 'When do you deliver?');
      return judged(errors.length === 0, errors.join('; ') || 'works');
    },
  ),
  notBuilt('A30', 'a service worker that changes the scripts', 'integrity of the scripts'),
  notBuilt('A31', 'an old signed manifest, a changed script', 'a signed manifest'),
  notBuilt('A32', 'a relay over http: on a page over https:', 'a check of http: in the tag'),
];
