import { createHash } from 'node:crypto';
import { fetchPolicy } from '@kilometers/core/api/policies.ts';
import { Refusal } from '../../problem.ts';
import { findPolicy } from '../../queries/find-policy.ts';
import { route } from '../../route.ts';
import type { Services } from '../../services.ts';

/**
 * The policy in force, signed together with its organisation and serial: neither one of another organisation nor one that was
 * in force before can be passed off as it.
 */
export function fetchPolicyRoute({ db, signingKeys, now }: Services) {
  return route(fetchPolicy, async ({ caller: { org }, request }) => {
    const found = await db.within(org, (sql) => findPolicy(sql, org));
    if (!found) throw new Refusal('request.not-found', { detail: 'The organisation has no policy in force.' });
    const { version, text, serial } = found;
    const sha256 = createHash('sha256').update(text).digest('hex');
    const headers = { ETag: `"${serial}-${sha256.slice(0, 16)}"` };
    if (request.header('if-none-match') === headers.ETag) return new Response(null, { status: 304, headers });
    const iat = Math.floor(now() / 1_000);
    const jws = await signingKeys.signText(JSON.stringify({ org, version, serial, sha256, iat }));
    return Response.json({ version, policy: text, jws }, { headers });
  });
}
