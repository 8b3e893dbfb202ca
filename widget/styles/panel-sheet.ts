import composer from '../components/Composer.css?inline';
import dock from '../components/Dock.css?inline';
import head from '../components/Head.css?inline';
import launcher from '../components/Launcher.css?inline';
import log from '../components/Log.css?inline';
import mark from '../components/Mark.css?inline';
import panel from '../components/Panel.css?inline';
import pass from '../components/Pass.css?inline';
import base from './base.css?inline';
import tokens from './tokens.css?inline';

/** The styles of the panel, in the order in which it counts. */
export const panelSheet = [tokens, base, mark, launcher, head, log, pass, dock, composer, panel].join('');
