import { root } from './root.ts';
import { site } from './visitor.ts';

const plenty = 100_000_000;

/** Every guard is on, and none of them may bite: it is all to be paid for. */
export const configuration = (sandbox: string): string => `
sites:
  ${site}: { origins: ['http://localhost:*'], bot: helper }
bots:
  helper: { kind: skills, file: ${JSON.stringify(root('demo/skills.yaml'))}, greeting: { en: 'Hello. I know the catalogue.' } }
desk:
  url: ${sandbox}
  account: 1
  token: sandbox-administrator
  public_url: \${PUBLIC_URL}
routing:
  default: { team: support, label: Support }
limits:
  messages: { burst: ${plenty}, per_minute: ${plenty} }
  handshakes: { burst: ${plenty}, per_minute: ${plenty} }
  reads: { burst: ${plenty}, per_minute: ${plenty} }
  events: { burst: ${plenty}, per_second: ${plenty} }
  conversations: { per_hour: ${plenty} }
  sockets: { per_address: ${plenty}, per_visitor: ${plenty} }
`;
