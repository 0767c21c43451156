import { KmError } from '@kilometers/core/errors.ts';
import { accountFiles } from '../account/account-file.ts';
import { findKey, originOf } from '../account/key-source.ts';
import { isGenuine } from '../account/keys-file.ts';
import { readClaims, readHeader } from '../account/read-claims.ts';
import { readToken } from '../account/read-token.ts';
import { tokenFileOf } from '../account/renew.ts';
import { tierStateOf } from '../account/tier-state.ts';
import { wordsFor } from '../cli/words.ts';
import { loadConfig } from '../config/load.ts';
import type { Command, Invocation } from './command.ts';

export const doctorJwt: Command = {
  name: 'doctor jwt',
  summary: 'Show what the access token says, and never the token',
  usage: '[options]',
  options: { json: { type: 'boolean', help: 'Print one JSON object' } },
  examples: ['km doctor jwt', 'km doctor jwt --json | jq .claims.tier'],
  async run(invocation) {
    wordsFor('km doctor jwt', invocation.positionals, 0);
    const shown = await tokenShown(invocation);
    process.stdout.write(
      invocation.options.json === true ? `${JSON.stringify(shown, undefined, 2)}\n` : inLines(shown),
    );
    return shown.signed_by_control_plane && !shown.ended ? 0 : 1;
  },
};

/** @throws KmError `account.no-key` */
async function tokenShown({ env, cwd }: Invocation) {
  const config = await loadConfig({ env, cwd });
  const { folder, keys } = accountFiles(config.paths.dataFolder);
  const source = await findKey(config);
  if (source.kind === 'none') throw new KmError('account.no-key', source.reason);
  const kept = readToken(tokenFileOf(source, folder));
  if (kept === undefined) {
    const fix = 'Start `km monitor`, which gets one, or run `km init --update --validate`.';
    throw new KmError('account.no-key', 'There is no access token yet.', { fix });
  }
  const origin = originOf(config.settings.api_url);
  const now = Date.now();
  const { tier, from, until } = tierStateOf({ kept, origin, defaultTier: config.settings.default_tier, now });
  return {
    control_plane: kept.origin,
    signed_by_control_plane: await isGenuine(kept.jwt, { file: keys, origin: kept.origin, fetch: undefined }),
    ended: now >= kept.expiresAt,
    ends: new Date(kept.expiresAt).toISOString(),
    tier: { tier, from, until: until === undefined ? null : new Date(until).toISOString() },
    header: readHeader(kept.jwt.reveal()),
    claims: readClaims(kept.jwt.reveal())?.all ?? {},
  };
}

function inLines({ claims, header, tier, ...rest }: Awaited<ReturnType<typeof tokenShown>>): string {
  const until = tier.until === null ? '' : `, until ${tier.until}`;
  const rows = Object.entries({ ...rest, tier: `${tier.tier} (${tier.from}${until})`, ...header, ...claims });
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${String(value)}\n`).join('');
}
