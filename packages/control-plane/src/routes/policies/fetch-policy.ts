import { createHash } from 'node:crypto';
import { fetchPolicy } from '@kilometers/core/api/policies.ts';
import { Refusal } from '../../problem.ts';
import { findPolicy } from '../../queries/find-policy.ts';
import { route } from '../../route.ts';
import type { Services } from '../../services.ts';

/** The policy in force, signed together with its organisation and version: an older one cannot be passed off as the latest. */
export function fetchPolicyRoute({ db, signingKeys, now }: Services) {
  return route(fetchPolicy, async ({ caller: { org }, request }) => {
    const found = await db.within(org, (sql) => findPolicy(sql, org));
    if (!found) throw new Refusal('request.not-found', { detail: 'The organisation has no policy in force.' });
    const { version, text } = found;
    const sha256 = createHash('sha256').update(text).digest('hex');
    const headers = { ETag: `"${version}-${sha256.slice(0, 16)}"` };
    if (request.header('if-none-match') === headers.ETag) return new Response(null, { status: 304, headers });
    const jws = await signingKeys.signText(JSON.stringify({ org, version, sha256, iat: Math.floor(now() / 1_000) }));
    return Response.json({ version, policy: text, jws }, { headers });
  });
}
