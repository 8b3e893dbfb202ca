import { Bot, Bots, type Bot as BotShape } from '../http/shapes.ts';
import { need, type Setup } from './need.ts';

/**
 * Finds or makes the agent bot that speaks for ours. It has no address: so nothing is delivered twice, and conversations
 * of its inbox begin as pending, where nobody is disturbed.
 */
export async function findBot({
  api,
  options,
  memory,
  user,
}: Setup): Promise<{ id: number; name: string; token: string }> {
  const { saved, installation } = memory;
  if (!user.administrator && saved.bot) return saved.bot;
  const mark = `Baton ${installation} ${options.botName}`;
  const bots = need(await api.ask({ method: 'GET', path: 'agent_bots', answer: Bots }));
  const found = bots.find(({ id }) => id === saved.bot?.id) ?? bots.find(({ description }) => description === mark);
  const bot = found?.access_token
    ? found
    : need(
        await api.ask({
          method: 'POST',
          path: 'agent_bots',
          body: { name: options.botName, description: mark, outgoing_url: '' },
          answer: Bot,
        }),
      );
  if (bot.description !== mark && bot.description?.startsWith(`Baton ${installation} `)) {
    // Ours, under its name of before. Nothing depends on it but what agents read.
    const path = `agent_bots/${bot.id}`;
    await api.ask({ method: 'PATCH', path, body: { name: options.botName, description: mark }, answer: Bot });
  }
  const known = { id: bot.id, name: bot.name, token: tokenOf(bot) };
  if (known.id !== saved.bot?.id || known.token !== saved.bot.token) await memory.save({ bot: known });
  return known;
}

function tokenOf(bot: BotShape): string {
  if (!bot.access_token) throw new Error('the desk made a bot without an access token');
  return bot.access_token;
}
