import css from './components/DockCard.css?inline';
import { DockCard } from './components/DockCard.tsx';

/** The dock's cards. Nobody has pressed anything yet when the panel opens, so they are fetched beside it. */
export const cards = { DockCard, css };
export type Cards = typeof cards;
