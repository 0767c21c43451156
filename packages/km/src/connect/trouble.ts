import { isKmError } from '@kilometers/core/errors.ts';
import { shownAddress } from './address.ts';

/** What to do about an HTTP status, for a person. */
const advice: Readonly<Record<number, string>> = {
  400: 'It did not understand the message, or the address is not that of an MCP server.',
  401: "It wants to know who asks: give `--header 'Authorization: Bearer …'`.",
  403: 'What was asked is not allowed with these credentials.',
  404: 'Check the address: many servers listen at /mcp.',
  405: 'Check the address: this one takes no messages of MCP.',
  407: 'The network wants a proxy with a name and password.',
  413: 'The message is longer than it takes.',
  429: 'It gets too many requests: try again later.',
};

/** What an HTTP error means and what to do. */
export function statusTrouble(url: URL, status: number): string {
  const otherwise = status >= 500 ? 'The trouble is on its side: try again later, or look into its log.' : '';
  if (status >= 300 && status < 400) {
    return `${server(url)} sends requests on to another address (HTTP ${status}). Give \`--url\` the address it names.`;
  }
  return `${server(url)} answered HTTP ${status}. ${advice[status] ?? otherwise}`.trimEnd();
}

/** What a connection that failed means and what to do. */
export function connectionTrouble(url: URL, error: unknown): string {
  if (isKmError(error)) return `${error.message} ${error.fix}`;
  const { code = '' } = error as NodeJS.ErrnoException;
  if (/CERT|SIGNATURE|ISSUER/.test(code)) {
    return `${server(url)} has a certificate that is not trusted (${code}). The setting server_tls.ca names the authority to trust.`;
  }
  if (broken.has(code))
    return `${server(url)} broke off the connection (${code}). Whether it acted on the message is not known.`;
  const reason = code === '' ? '' : ` (${code})`;
  return `${server(url)} cannot be reached${reason}. Check that it runs, and the address.`;
}

/** A connection that ended before the answer was complete. */
export function brokenOff(url: URL): string {
  return `${server(url)} broke off before the answer was complete. Whether it acted on the message is not known.`;
}

/** An answer that is none. */
export function noAnswer(url: URL, type: string | undefined): string {
  return `${server(url)} gave no answer to the request (${type ?? 'without a content type'}). Check that it is an MCP server.`;
}

export const sessionLost =
  'The server has ended the session. Connect anew: a session begins with `initialize`, which only the client can send.';

const broken = new Set(['ECONNRESET', 'EPIPE', 'HPE_INVALID_CONSTANT', 'HPE_INVALID_CHUNK_SIZE']);

function server(url: URL): string {
  return `The server at ${shownAddress(url)}`;
}
