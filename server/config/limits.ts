import { longestText } from '../../shared/limits.ts';
import { group, number } from './values.ts';

const burst = (most: number) => number('how many at once', { from: 1 }).default(most).describe('How many at once.');

const perMinute = (atOnce: number, minute: number, what: string) =>
  group({
    burst: burst(atOnce),
    per_minute: number('how many in a minute', { from: 1 }).default(minute).describe('How many a minute.'),
  })
    .prefault({})
    .describe(what);

/** How much is taken from one visitor, one address, one socket. */
export const limits = group({
  text: number('the longest text in characters', { from: 1, to: longestText })
    .default(longestText)
    .describe('The longest message of a visitor, in characters.'),
  messages: perMinute(10, 30, 'Messages of one visitor; 20 times as many from one address.'),
  handoffs: perMinute(5, 2, 'Wishes for a person, of one visitor.'),
  reads: perMinute(60, 60, 'Pages of the log, read by one visitor; 10 times as many from one address.'),
  handshakes: perMinute(240, 120, 'Connections begun from one address.'),
  events: group({
    burst: burst(40),
    per_second: number('how many in a second', { from: 1 }).default(20).describe('How many a second.'),
  })
    .prefault({})
    .describe('Requests over one socket.'),
  conversations: group({
    per_hour: number('how many in an hour', { from: 1 }).default(200).describe('How many an hour.'),
  })
    .prefault({})
    .describe('Conversations begun from one address. An office is one address; see `trust_proxy`.'),
  sockets: group({
    per_address: number('how many from one address', { from: 1 }).default(100).describe('How many from one address.'),
    per_visitor: number('how many of one visitor', { from: 1 }).default(10).describe('How many of one visitor.'),
  })
    .prefault({})
    .describe('Open connections.'),
});
