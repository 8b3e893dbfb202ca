import { z } from 'zod';
import { origin } from './site.ts';
import { duration, group, idOrPage, text, webAddress } from './values.ts';
import { expected } from './yaml-file.ts';

/** The Chatwoot where people answer. */
export const desk = group({
  url: webAddress("Chatwoot's address").describe('Where Chatwoot is.'),
  account: idOrPage('the number of the account', /\/accounts\/(\d+)/).describe(
    'The account: the number after `/app/accounts/` in the address of any of its pages, or that address.',
  ),
  token: text("an administrator's access token, best as ${CHATWOOT_TOKEN}", { longest: 500, secret: true })
    .meta({ value: 'text' })
    .describe(
      'The access token of an administrator of the account (Profile settings, at the bottom). Best a user of its own, in no inbox and no team.',
    ),
  inbox: idOrPage('the number of an inbox', /\/inbox(?:es)?\/(\d+)/)
    .optional()
    .describe('The API inbox to use. Without it, one is found or made for each bot, named after the bot.'),
  files: z
    .array(
      origin.refine((value) => !value.endsWith(':*'), { error: expected('one origin such as https://files.example') }),
      { error: expected('a list of origins, such as [https://files.example]') },
    )
    .meta({ value: 'list of origins' })
    .default([])
    .describe(
      "Where else Chatwoot keeps files and people's pictures. Its own address, and what it redirects to on a public https address, need not be listed.",
    ),
  public_url: webAddress("this relay's own address")
    .optional()
    .describe(
      'Where Chatwoot reaches this relay. With it a webhook is set up beside the websocket; without it nothing has to reach the relay.',
    ),
  settle: duration({ from: 1_000, to: 45_000 })
    .default(20_000)
    .describe(
      "How long a request without an answer is waited for before it is sent again; Chatwoot's own limit is 15 s.",
    ),
  sweep: duration({ from: 1_000, to: 600_000 })
    .default(10_000)
    .describe('While people are involved: how often Chatwoot is asked for what websocket and webhook missed.'),
});
