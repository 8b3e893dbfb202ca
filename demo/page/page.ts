import { showState } from './state.ts';
import { setUpSwitches } from './switches.ts';

setUpSwitches();
showState();
