import type { Options } from './options.ts';
import type { WordsModule } from './text/load.ts';

/*
 * What loader and panel say to each other. The page may have loaded its loader hours before the panel, and a deploy
 * may lie between them: add optional fields, and keep old meanings.
 */

/** The place on the page that the loader made, with the launcher in it. */
export interface MountPoint {
  options: Options;
  host: HTMLElement;
  root: ShadowRoot;
  /** Fixed in the corner of the window; carries language, direction and `data-mode`. */
  corner: HTMLElement;
  launcher: HTMLButtonElement;
  /** The words of the visitor's language, as soon as they are here. */
  words?: Promise<WordsModule>;
}

/** The panel as the loader sees it. */
export interface MountedPanel {
  /** `byHand`: the visitor pressed something, so focus may move. */
  open(byHand: boolean): void;
  close(): void;
  /** Takes the panel off the page and ends everything that runs. */
  remove(): void;
}

/** What `widget/panel.js` exports. */
export interface PanelModule {
  mountPanel(point: MountPoint): Promise<MountedPanel>;
}
