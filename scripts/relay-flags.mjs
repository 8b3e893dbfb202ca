/**
 * What Node is told when it runs the relay: to keep its memory small. Without it a relay that is flooded with short
 * requests lets up to 80 MB of garbage lie before it collects it.
 */
export const relayFlags = ['--optimize-for-size', '--max-semi-space-size=8'];
