import { decideDevice, pollDeviceSignIn, showDevice, startDeviceSignIn } from '@kilometers/core/api/auth.ts';
import { newApiKey } from '../../api-key.ts';
import { audit } from '../../audit.ts';
import { actorOf } from '../../caller.ts';
import type { Sql } from '../../database/db.ts';
import { limit } from '../../middleware/limit.ts';
import { Refusal } from '../../problem.ts';
import { decideDeviceCode } from '../../queries/decide-device-code.ts';
import { findDeviceCode } from '../../queries/find-device-code.ts';
import { findKeyById } from '../../queries/find-key-by-id.ts';
import { insertDeviceCode } from '../../queries/insert-device-code.ts';
import { type PolledDevice, pollDeviceCode } from '../../queries/poll-device-code.ts';
import { takeDeviceCode } from '../../queries/take-device-code.ts';
import { type Route, route } from '../../route.ts';
import { after, lifetimes } from '../../rules/lifetimes.ts';
import { hashToken, newToken, newUserCode } from '../../secrets/token.ts';
import type { Services } from '../../services.ts';
import { grantTokens, issueTokens } from '../auth/issue-tokens.ts';

const intervalSeconds = 5;
const startsPerAddress = { burst: 10, perMinute: 10 };
const pollsPerAddress = { burst: 120, perMinute: 120 };

/** Whoever guesses user codes has 25 thousand million to try, and so many tries. */
const looksPerPerson = { burst: 20, perMinute: 10 };

/** Sign-in of a device that has no browser. @see https://www.rfc-editor.org/rfc/rfc8628 */
export function deviceRoutes(services: Services): readonly Route[] {
  const { db, now, config } = services;
  return [
    route(startDeviceSignIn, async ({ body, request }) => {
      await limit(services, `device-start:${request.address}`, startsPerAddress);
      const code = newToken('kmd_');
      const userCode = newUserCode();
      await insertDeviceCode(db, {
        hash: hashToken(code),
        userCode,
        clientName: body.client_name ?? null,
        address: request.address,
        askedAt: after(now(), 0),
        expiresAt: after(now(), lifetimes.deviceCode),
        intervalSeconds,
      });
      const page = `${config.publicUrl}/device`;
      return {
        device_code: code,
        user_code: userCode,
        verification_uri: page,
        verification_uri_complete: `${page}?code=${userCode}`,
        expires_in: lifetimes.deviceCode,
        interval: intervalSeconds,
      };
    }),
    route(pollDeviceSignIn, async ({ body, request }) => {
      await limit(services, `device-poll:${request.address}`, pollsPerAddress);
      const hash = hashToken(body.device_code);
      const polled = await db.transaction((sql) => pollDeviceCode(sql, hash, now()));
      refuseUnlessApproved(polled);
      const { apiKey, grant } = await db.transaction((sql) => signIn(sql, services, hash, polled));
      return { ...(await issueTokens(services, grant)), api_key: apiKey };
    }),
    route(showDevice, async ({ caller, params }) => {
      await limit(services, `device-look:${actorOf(caller)}`, looksPerPerson);
      const device = await findDeviceCode(db, plainCode(params.user_code), now());
      if (!device) throw new Refusal('request.not-found');
      return device;
    }),
    route(decideDevice, async ({ caller, params, body: { approve } }) => {
      if (caller.kind !== 'person') throw new Refusal('auth.forbidden');
      await limit(services, `device-look:${actorOf(caller)}`, looksPerPerson);
      const { org, userId: user } = caller;
      await db.transaction(async (sql) => {
        const decided = await decideDeviceCode(sql, {
          userCode: plainCode(params.user_code),
          approve,
          org,
          user,
          now: now(),
        });
        if (!decided) throw new Refusal('request.not-found');
        await audit(
          sql,
          { org, actor: actorOf(caller), action: 'device.decide', target: null, details: { approve } },
          now(),
        );
      });
      return undefined;
    }),
  ];
}

/** As people type it: small letters, and without the dash. */
function plainCode(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z]/g, '');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

function refuseUnlessApproved(polled: PolledDevice | undefined): asserts polled is PolledDevice {
  if (!polled || polled.expired || polled.state === 'taken') throw new Refusal('expired_token');
  if (polled.hasty) throw new Refusal('slow_down');
  if (polled.state === 'denied') throw new Refusal('access_denied');
  if (polled.state === 'pending') throw new Refusal('authorization_pending');
}

/** Makes the key of the device, once. */
async function signIn(sql: Sql, services: Services, hash: Uint8Array, { client_name, org_id, user_id }: PolledDevice) {
  if (org_id === null || !(await takeDeviceCode(sql, hash))) throw new Refusal('expired_token');
  const name = client_name ?? 'a device';
  const { apiKey, key } = await newApiKey(sql, { org: org_id, name, mode: 'live', createdBy: user_id });
  const deed = {
    org: org_id,
    actor: `user:${user_id}`,
    action: 'key.create',
    target: key.id,
    details: { name, by: 'device' },
  };
  await audit(sql, deed, services.now());
  const row = await findKeyById(sql, key.id);
  if (!row) throw new Error('A key that was just made is not there.');
  return { apiKey, grant: await grantTokens(sql, services, row) };
}
