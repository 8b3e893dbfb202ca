/**
 * What Node is told when it runs the relay: to collect garbage before it is much. Without it a relay that is flooded with
 * requests lets up to 90 MB of it lie. It costs speed (bench/README.md); `--optimize-for-size` would cost more.
 */
export const relayFlags = ['--heap-growing-percent=50', '--max-semi-space-size=8'];
