import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Plugin } from 'vite';

const pages = ['index.html', 'other.html'];

/** Puts title and hero of each page of the made-up shop into the frame that they share. */
export function shopFrame(): Plugin {
  const file = new URL('frame.html', import.meta.url);
  return {
    name: 'shop-frame',
    transformIndexHtml: {
      order: 'pre',
      handler(page, { filename }) {
        // The gallery is a page of its own.
        if (!pages.includes(basename(filename)) || !page.includes('class="hero"')) return page;
        const [, title = '', hero = ''] = /(<title>.*<\/title>)\s*([\s\S]*)/.exec(page) ?? [];
        return readFileSync(file, 'utf8')
          .replace('<!-- title -->', () => title)
          .replace('<!-- hero -->', () => hero);
      },
    },
  };
}
