/**
 * What Node is told when it runs the relay: to collect what is short-lived before it is much. Without it a relay that is
 * flooded with short requests lets up to 80 MB of garbage lie. (`--optimize-for-size` makes it smaller still, and takes
 * more than half of its speed.)
 */
export const relayFlags = ['--max-semi-space-size=8'];
