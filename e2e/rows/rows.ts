import { deskRows } from './desk-rows.ts';
import { peopleRows } from './people-rows.ts';
import type { Row } from './row.ts';
import { setupRows } from './setup-rows.ts';

/*
 * What passing a visitor from bot to people and back has to do, a row each, with the tests that show it. `npm run rows`
 * runs them. A row without a test counts as failed: what is not built yet says so here.
 */

export const rows: readonly Row[] = [...deskRows, ...peopleRows, ...setupRows];
