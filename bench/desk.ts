/** The sandbox desk, as a person there or a test asks it. */

interface Asked {
  method?: string;
  body?: object;
  token?: string;
}

/** @throws where it refuses */
export async function askDesk<Answer = Record<string, unknown>>(
  url: string,
  path: string,
  { method = 'GET', body, token = 'sandbox-mara' }: Asked = {},
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { 'api-access-token': token, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to ${path}`);
  return (await answer.json()) as Answer;
}

export const conversationAt = (number: number): string => `/api/v1/accounts/1/conversations/${number}`;

/** What a person says there. @returns the desk's message */
export const sayAt = (url: string, number: number, content: string): Promise<{ id: number }> =>
  askDesk(url, `${conversationAt(number)}/messages`, { method: 'POST', body: { content } });

export const turn = (url: string, switches: object): Promise<unknown> =>
  askDesk(url, '/sandbox/switches', { method: 'POST', body: switches });

/** Each request to its API goes wrong in this way from now on, instead of any before; none: all is well again. */
export async function fail(url: string, fault?: object): Promise<void> {
  await askDesk(url, '/sandbox/faults', { method: 'DELETE' });
  if (fault) await askDesk(url, '/sandbox/faults', { method: 'POST', body: { path: '^/api/', times: 1e9, ...fault } });
}

/** A desk that takes so long for each answer. */
export const slow = (ms: number): object => ({ after: true, hangMs: ms });
