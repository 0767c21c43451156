import type { OpaqueReason } from '@kilometers/core/record.ts';

interface SuspectLine {
  readonly bytes: Buffer;
  readonly opaque: OpaqueReason;
  /** What is kept as JSON: only what every parser reads alike. */
  readonly message?: unknown;
}

const suspect = (opaque: OpaqueReason, text: string): SuspectLine => ({ opaque, bytes: Buffer.from(text) });
const noMessage = (json: string): SuspectLine => ({ ...suspect('not-a-message', json), message: JSON.parse(json) });

/** Lines that parsers read differently, or that would break a log they were copied into. Without their newline. */
export const suspectLines: readonly SuspectLine[] = [
  suspect('not-json', '{"a":1},"outcome":"forwarded","x":{}'),
  suspect('not-json', '{"jsonrpc":"2.0","id":1,"method":"ping"}}'),
  suspect('not-json', '{"jsonrpc":"2.0","id":1,"method":"ping"} {"jsonrpc":"2.0","id":2,"method":"ping"}'),
  suspect('bare-cr', '{"jsonrpc":"2.0","id":1,"method":"ping"}\r{"jsonrpc":"2.0","id":2,"method":"tools/call"}'),
  suspect('duplicate-key', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}'),
  suspect('duplicate-key', '{"jsonrpc":"2.0","id":1,"method":"ping","m\\u0065thod":"tools/call"}'),
  suspect('too-deep', `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${'['.repeat(300)}${']'.repeat(300)}}}`),
  noMessage('{"hello":"world"}'),
  noMessage('42'),
  {
    opaque: 'not-utf8',
    bytes: Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'), Buffer.of(0xff), Buffer.from('"}')]),
  },
];
