// Health check of a container: ends with 0 when the service in it answers.
const answer = await fetch(`http://127.0.0.1:${process.env.COTBUS_HEALTH_PORT}/healthz`, {
  signal: AbortSignal.timeout(4000),
}).catch(() => undefined);
process.exit(answer?.ok === true ? 0 : 1);
