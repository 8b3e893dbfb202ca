import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import preact from '@preact/preset-vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { shopFrame } from './demo/page/frame.ts';

/** What the widget may weigh: bytes as they travel (brotli 11), a KB is 1,024 of them. */
const budgets = {
  /** On every page of a site, before anybody has touched the launcher. */
  loaderKB: 2.2,
  /** Loader, panel and the largest language: everything up to a field one can write in. */
  composerKB: 42,
  /** One language. */
  languageKB: 4,
  /** A part that is fetched beside the panel or after it. */
  laterKB: 9,
};

const folder = 'dist/widget';

/** Weighs what was built, and fails the build when it is too heavy. */
function budget(): Plugin {
  const weigh = (file: string) => brotliCompressSync(readFileSync(join(folder, file))).length / 1024;
  return {
    name: 'budget',
    apply: 'build',
    closeBundle() {
      const files = readdirSync(folder).filter((file) => file.endsWith('.js'));
      const sizes = new Map(files.map((file) => [file, weigh(file)]));
      const languages = files.filter((file) => /^[a-z]{2}\.js$/.test(file));
      const heaviest = Math.max(0, ...languages.map((file) => sizes.get(file) ?? 0));
      const later = files.filter((file) => !['widget.js', 'panel.js', ...languages].includes(file));
      const check = (what: string, size: number, most: number) => {
        if (size > most) throw new Error(`${what} weighs ${size.toFixed(2)} KB (brotli); ${most} KB is its budget.`);
        if (!process.env['BATON_STARTS']) console.log(`${what}: ${size.toFixed(2)} of ${most} KB`);
      };
      check('the loader', sizes.get('widget.js') ?? 0, budgets.loaderKB);
      if (!sizes.has('panel.js')) return;
      for (const file of languages) check(file, sizes.get(file) ?? 0, budgets.languageKB);
      for (const file of later) check(file, sizes.get(file) ?? 0, budgets.laterKB);
      check(
        'all up to the composer',
        (sizes.get('widget.js') ?? 0) + (sizes.get('panel.js') ?? 0) + heaviest,
        budgets.composerKB,
      );
    },
  };
}

/** Modules that are only weight here, and what stands in their place. */
const lean: [RegExp, string][] = [
  // Our chunks have nothing to load beforehand.
  [/^\0vite\/preload-helper\.js$/, 'export const __vitePreload = (load) => load();'],
  // A third way to connect, which the relay does not speak: link.ts names the two that it does.
  [/\/engine\.io-client\/build\/esm\/transports\/webtransport\.js$/, 'export class WT {}'],
  // Everything on our wire is text.
  [/\/socket\.io-parser\/build\/esm\/is-binary\.js$/, 'export const isBinary = () => false, hasBinary = isBinary;'],
  [
    /\/socket\.io-parser\/build\/esm\/binary\.js$/,
    'export const deconstructPacket = () => {}, reconstructPacket = deconstructPacket;',
  ],
  [
    /\/engine\.io-parser\/build\/esm\/contrib\/base64-arraybuffer\.js$/,
    'export const decode = () => new ArrayBuffer(0);',
  ],
  [
    /\/engine\.io-parser\/build\/esm\/encodePacket\.browser\.js$/,
    `import { PACKET_TYPES } from './commons.js';
     export const encodePacketToBinary = () => {};
     export const encodePacket = ({ type, data }, _, done) => done(PACKET_TYPES[type] + (data || ''));`,
  ],
  // When to connect again is decided elsewhere.
  [
    /\/socket\.io-client\/build\/esm\/contrib\/backo2\.js$/,
    'export class Backoff { setMin() {} setMax() {} setJitter() {} reset() {} }',
  ],
  // Every browser has these two built in by now.
  [
    /\/engine\.io-client\/build\/esm\/contrib\/parseuri\.js$/,
    `export function parse(uri) {
       const { protocol, hostname, port, search } = new URL(uri);
       return { protocol: protocol.slice(0, -1), host: hostname.replace(/[[\\]]/g, ''), port, query: search.slice(1) };
     }`,
  ],
  [
    /\/engine\.io-client\/build\/esm\/contrib\/parseqs\.js$/,
    `export const encode = (query) => String(new URLSearchParams(query));
     export const decode = (query) => Object.fromEntries(new URLSearchParams(query));`,
  ],
];
function leanModules(): Plugin {
  return {
    name: 'lean',
    apply: 'build',
    enforce: 'pre',
    load: (id) => lean.find(([module]) => module.test(id))?.[1],
  };
}

/*
 * `vite build --mode …` builds one of three things: `loader` (a classic script, served as /widget.js), `panel` (a
 * module and one file a language, served under /widget/ at addresses that never change), `demo` (the pages for QA).
 */
const builds = {
  loader: {
    outDir: folder,
    emptyOutDir: true,
    modulePreload: false as const,
    rolldownOptions: {
      input: { widget: 'widget/loader.ts' },
      output: { format: 'iife' as const, entryFileNames: '[name].js' },
    },
  },
  panel: {
    outDir: folder,
    emptyOutDir: false,
    modulePreload: false as const,
    rolldownOptions: {
      input: { panel: 'widget/panel.ts' },
      // It does nothing when it is imported, and does not say so.
      treeshake: { moduleSideEffects: [{ test: /\/socket\.io-client\//, sideEffects: false }] },
      // What is fetched later takes what it shares with the panel from there.
      preserveEntrySignatures: 'allow-extension' as const,
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
    },
  },
  demo: {
    outDir: 'dist/demo',
    emptyOutDir: true,
    assetsInlineLimit: 0, // a strict content policy has no room for data: addresses
    modulePreload: false as const,
    rolldownOptions: { input: { index: 'index.html', other: 'other.html' } },
  },
};
const isBuild = (mode: string): mode is keyof typeof builds => mode in builds;

/** The relay's tests that are run a second time, with everything in PostgreSQL: with `TEST_ALL=1` every one of them. */
const withPostgres = process.env['TEST_ALL']
  ? ['server/relay*.test.ts', 'server/visitors/*.test.ts']
  : ['server/relay.test.ts', 'server/relay.{begun,over,people,upgrade,waiting}.test.ts'];

export default defineConfig(({ mode }) => ({
  plugins: [preact(), shopFrame(), ...(mode === 'loader' || mode === 'panel' ? [leanModules(), budget()] : [])],
  ...(isBuild(mode) && {
    publicDir: false as const,
    build: { target: 'es2022', cssTarget: 'esnext', ...builds[mode] },
  }),
  test: {
    // Files share a process and what they have imported. Nothing of ours lives in a module, and each file puts back what
    // it changed, so no file sees another one; loading all of it anew for each took a third of the time.
    isolate: false,
    restoreMocks: true,
    // More than cores, for tests with sockets and disks wait half of their time.
    maxWorkers: availableParallelism() + 1,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{shared,server,sandbox,docs,examples,scripts}/**/*.test.{ts,mjs}'],
          globalSetup: 'server/testing/postgres-setup.ts',
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          environment: 'node',
          include: withPostgres,
          globalSetup: 'server/testing/postgres-setup.ts',
          env: { TEST_STORE: 'postgres' },
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'widget',
          environment: 'happy-dom',
          include: ['widget/**/*.test.{ts,tsx}'],
          setupFiles: ['widget/testing/same-page.ts'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          environment: 'node',
          include: ['e2e/**/*.test.ts'],
          maxConcurrency: 4,
          testTimeout: 120_000,
        },
      },
    ],
  },
}));
