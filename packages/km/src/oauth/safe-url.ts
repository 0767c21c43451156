/** The address, when credentials may be sent there: https, or this machine. Anything else is undefined. */
export function safeUrl(text: unknown): URL | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return undefined;
  const loopback = url.protocol === 'http:' && /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(url.hostname);
  return url.protocol === 'https:' || loopback ? url : undefined;
}
