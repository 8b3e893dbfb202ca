/** The path that deliveries come in on, with the secret still to be filled in. */
export const webhookPath = (site: string): string => `/incoming-chatwoot/${encodeURIComponent(site)}/:secret`;

/** Whether a webhook's address is one of ours, here or where this relay was reached before. */
export const isOurWebhook = (url: string): boolean => url.includes('/incoming-chatwoot/');
