import express from 'express';
import type { Request, Response, Router } from 'express';
import type { Parts } from '../http.ts';
import type { Answered } from '../requests.ts';
import { readSwitches } from '../switches.ts';
import type { Switches } from '../switches.ts';

/** The sandbox's own endpoints, which no Chatwoot has: switches, faults, and who is who. */
export function control(
  router: Router,
  { desk, deliveries, faults }: Parts,
  { requests, cut, set }: { requests: () => Answered[]; cut: () => void; set: (wanted: Partial<Switches>) => void },
): void {
  const { switches, state } = desk;
  // JSON only: a page of another origin cannot send it without being asked first, and is never answered
  const json = express.json();

  router.get('/sandbox/switches', (_request, response) => void response.json(switches));
  router.post('/sandbox/switches', json, (request: Request, response: Response) => {
    const wanted = readSwitches(request.body);
    if (typeof wanted === 'string') return void response.status(422).json({ error: wanted });
    set(wanted);
    response.json(switches);
  });

  router.get('/sandbox/faults', (_request, response) => void response.json(faults.all()));
  router.post('/sandbox/faults', json, (request: Request, response: Response) => {
    const added = faults.add(request.body);
    response.status(typeof added === 'string' ? 422 : 200).json(typeof added === 'string' ? { error: added } : added);
  });
  router.delete('/sandbox/faults', (_request, response) => {
    faults.clear();
    response.json([]);
  });

  router.post('/sandbox/cut', json, (_request, response) => {
    cut();
    response.json({});
  });
  /** What was answered lately, oldest first. */
  router.get('/sandbox/requests', (_request, response) => void response.json(requests()));
  router.get('/sandbox/deliveries', (_request, response) => void response.json(deliveries.recent()));
  /** Answers once every delivery that is due was sent. */
  router.get('/sandbox/idle', async (_request, response) => {
    await deliveries.idle();
    response.json({});
  });
  router.get('/sandbox/people', (_request, response) => {
    const people = state
      .all('user')
      .map(({ id, name, role, token, pubsub_token }) => ({ id, name, role, token, pubsub_token }));
    response.json(people);
  });
}
