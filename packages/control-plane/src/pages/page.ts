import { createHash } from 'node:crypto';
import { style } from './style.ts';

interface Page {
  readonly title: string;
  /** What stands in the body: ours, never anything that came in. */
  readonly body: string;
  readonly script: string;
}

/** A page that runs its own script and style and nothing else, frames nothing and is framed by nothing. */
export function page({ title, body, script }: Page): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} – Kilometers</title><style>${style}</style></head>
<body><main>${body}</main><script type="module">${script}</script></body></html>`;
  const policy = [
    "default-src 'none'",
    "connect-src 'self'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ];
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'Referrer-Policy': 'no-referrer',
  };
  return new Response(html, { headers });
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
