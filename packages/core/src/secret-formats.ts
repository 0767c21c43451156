/** One known form of a secret in text. */
export interface SecretFormat {
  /** What the placeholder says: `[redacted:github-token]`. */
  readonly name: string;
  /** The form is looked for only in text that contains one of these. */
  readonly hints: readonly string[];
  /**
   * Linear by construction: each either begins where no character of its own class stands before, or ends at a character
   * outside its class, so that no stretch of text is read again from every place in it. Groups `before` and `after` stay.
   */
  readonly pattern: RegExp;
}

// Where a token may begin: not in the middle of a longer word, which would be something else.
const start = '(?<![A-Za-z0-9_-])';

function prefixed(name: string, hints: readonly string[], body: string): SecretFormat {
  return { name, hints, pattern: new RegExp(`${start}${body}`, 'g') };
}

/** Every format that is known without being told. Order matters where one contains another. */
export const secretFormats: readonly SecretFormat[] = [
  {
    name: 'private-key',
    hints: ['PRIVATE KEY'],
    // The line ends may be real or written as \n in a string within a string. A key that is cut off has no END.
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?=(?:\\[nr]|\s){0,8}(?:[A-Za-z0-9+/=]{16}|[A-Za-z-]{4,20}: ))(?:[A-Za-z0-9+/=\s\\:,.()]|-(?!-))*(?:-----END [A-Z0-9 ]{0,60}-----)?/g,
  },
  prefixed('jwt', ['eyJ'], 'eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{2,}\\.[A-Za-z0-9_-]{10,}(?:\\.[A-Za-z0-9_-]+){0,2}'),
  {
    name: 'aws-access-key',
    hints: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g,
  },
  prefixed(
    'github-token',
    ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    '(?:gh[pousr]_[A-Za-z0-9_]{36,}|github_pat_[A-Za-z0-9_]{22,})',
  ),
  prefixed(
    'gitlab-token',
    ['glpat-', 'gloas-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glft-', 'glimt-', 'glagent-', 'glsoat-'],
    'gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat)-[A-Za-z0-9_.=-]{20,}',
  ),
  prefixed(
    'slack-token',
    ['xoxa-', 'xoxb-', 'xoxe-', 'xoxe.', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'],
    '(?:xoxe\\.)?(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}',
  ),
  {
    name: 'slack-webhook',
    hints: ['hooks.slack.com/'],
    pattern: /(?<before>hooks\.slack\.com\/(?:services|workflows|triggers)\/)[A-Za-z0-9/_-]{20,}/g,
  },
  prefixed(
    'stripe-key',
    ['_live_', '_test_', 'whsec_'],
    '(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,})',
  ),
  prefixed('anthropic-key', ['sk-ant-'], 'sk-ant-[A-Za-z0-9_-]{16,}'),
  prefixed('openai-key', ['sk-'], 'sk-(?:(?:proj|svcacct|admin|service|or-v1|lf)-[A-Za-z0-9_-]{16,}|[A-Za-z0-9]{32,})'),
  prefixed('google-api-key', ['AIza'], 'AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])'),
  prefixed('google-oauth', ['GOCSPX-', 'ya29.'], '(?:GOCSPX-[A-Za-z0-9_-]{24,}|ya29\\.[A-Za-z0-9_-]{20,})'),
  prefixed('npm-token', ['npm_'], 'npm_[A-Za-z0-9]{36,}'),
  prefixed('huggingface-token', ['hf_'], 'hf_[A-Za-z0-9]{30,}'),
  prefixed('km-key', ['km_live_', 'km_test_'], 'km_(?:live|test)_[A-Za-z0-9_-]{8,}'),
  prefixed('pypi-token', ['pypi-AgE'], 'pypi-AgE[A-Za-z0-9_-]{40,}'),
  prefixed('docker-token', ['dckr_pat_', 'dckr_oat_'], 'dckr_[po]at_[A-Za-z0-9_-]{20,}'),
  prefixed('digitalocean-token', ['_v1_'], 'do[opr]_v1_[a-f0-9]{64}'),
  prefixed('sendgrid-key', ['SG.'], 'SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}'),
  prefixed('shopify-token', ['shpat_', 'shpca_', 'shppa_', 'shpss_'], 'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}'),
  prefixed('atlassian-token', ['ATATT3'], 'ATATT3[A-Za-z0-9_=-]{20,}'),
  prefixed('vault-token', ['hvs.', 'hvb.'], 'hv[sb]\\.[A-Za-z0-9_-]{20,}'),
  prefixed('groq-key', ['gsk_'], 'gsk_[A-Za-z0-9]{40,}'),
  prefixed('linear-key', ['lin_api_'], 'lin_api_[A-Za-z0-9]{32,}'),
  prefixed('notion-token', ['ntn_'], 'ntn_[A-Za-z0-9]{40,}'),
  prefixed('grafana-token', ['glsa_', 'glc_'], '(?:glsa|glc)_[A-Za-z0-9_+/=]{32,}'),
  prefixed('databricks-token', ['dapi'], 'dapi[a-f0-9]{32}(?![a-z0-9])'),
  prefixed('age-key', ['AGE-SECRET-KEY-1'], 'AGE-SECRET-KEY-1[A-Z0-9]{50,}'),
  {
    name: 'azure-key',
    hints: ['AccountKey=', 'SharedAccessKey=', 'sig='],
    pattern: /(?<before>(?:AccountKey=|SharedAccessKey=|[?&;]sig=))[A-Za-z0-9%+/=]{30,}/g,
  },
  {
    name: 'url-password',
    hints: ['://', ':\\/\\/'],
    pattern: /(?<before>:(?:\/\/|\\\/\\\/))(?!\[redacted:)[^\s/"'@:\\<>]*:[^\s/"'@\\<>]+(?=@)/g,
  },
  {
    name: 'authorization',
    hints: ['uthorization', 'UTHORIZATION'],
    pattern:
      /(?<before>authorization[\\"']{0,4}\s{0,4}[:=]\s{0,4}[\\"']{0,4}(?:bearer|basic|token|digest|apikey|negotiate)\s{1,4})[^\s"'\\,;]{6,}/gi,
  },
  {
    name: 'bearer-token',
    hints: ['earer ', 'EARER '],
    pattern: /(?<before>(?<![A-Za-z])bearer\s{1,4})(?=[A-Za-z._~+/=-]*[0-9])[A-Za-z0-9._~+/=-]{20,}/gi,
  },
];

/** What people ask for beyond secrets. */
export const personalFormats: readonly SecretFormat[] = [
  {
    name: 'email',
    hints: ['@'],
    pattern: /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])/g,
  },
  {
    name: 'iban',
    hints: [],
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
  },
  { name: 'card', hints: [], pattern: /(?<![0-9.-])[0-9](?:[ -]?[0-9]){12,18}(?![0-9.-])/g },
  {
    name: 'ssn',
    hints: ['-'],
    pattern: /(?<![A-Za-z0-9-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![A-Za-z0-9-])/g,
  },
  {
    name: 'phone',
    hints: [],
    pattern:
      /(?<![A-Za-z0-9.+-])(?:\+[1-9][0-9]{0,2}[ .-]?(?:\([0-9]{1,4}\)[ .-]?)?[0-9]{2,4}(?:[ .-]?[0-9]{2,4}){1,4}|\([0-9]{3}\) ?[0-9]{3}[ .-][0-9]{4}|[0-9]{3}[.-][0-9]{3}[.-][0-9]{4})(?![0-9])/g,
  },
];

/** Names whose values are secret, as they end: `DB_PASSWORD`, `clientSecret`, `x-api-key`. Compared without case, `_`, `-`. */
const secretNameEnds =
  /(?:password|passwd|passphrase|secret|apikey|privatekey|secretkey|accesskey|sshkey|signingkey|encryptionkey|masterkey|accountkey|credentials?|authorization|cookie|token)$/;
/** Tokens that are no secrets: they page, count or pair. */
const harmlessTokens =
  /(?:progress|page|next|prev|previous|sync|continuation|continue|max|cursor|start|end|stop|eos|bos|pad|unk|mask|cancellation|resume|skip|input|output|delta)token$/;

/** True for the name of a field, variable or option that holds a secret. */
export function isSecretName(name: string): boolean {
  if (name.length > 64) return false;
  const plain = plainName(name);
  return secretNameEnds.test(plain) && !harmlessTokens.test(plain);
}

export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
