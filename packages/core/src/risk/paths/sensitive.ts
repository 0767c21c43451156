import { type PathText, pathText } from './path-text.ts';

/** What a path gives away, or gives power over. */
export interface SensitivePath {
  readonly what: string;
  /** What reading it would score. */
  readonly weight: number;
}

type Row = readonly [pattern: RegExp, what: string, weight: number];

/** Harmless names beside the sensitive ones. */
const templates = /\.(?:example|sample|template|dist|tpl|defaults?)$|\.pub$|(?:^|\/)(?:example|sample)[._-]/;

/** Keys and sessions by which somebody becomes somebody else: enough to stop a call. */
const credentials: readonly Row[] = [
  [/(?:^|\/)\.ssh\/(?!known_hosts|config|authorized_keys)[^/]+$/, 'a private SSH key', 0.88],
  [/(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:\.(?:bak|old))?$/, 'a private SSH key', 0.88],
  [/^etc\/ssh\/ssh_host_.*_key$/, 'the private key of this host', 0.88],
  [/(?:^|\/)\.ssh(?:\/\*?)?$/, 'the folder of SSH keys', 0.82],
  [/(?:^|\/)\.aws\/(?:credentials|sso\/cache|cli\/cache)|(?:^|\/)\.aws$/, 'AWS credentials', 0.88],
  [
    /(?:^|\/)(?:gcloud|\.gcloud)\/(?:credentials\.db|access_tokens\.db|legacy_credentials)|application_default_credentials\.json$/,
    'Google Cloud credentials',
    0.88,
  ],
  [
    /(?:^|\/)\.azure\/(?:accesstokens|azureprofile|msal_token_cache|service_principal_entries)/,
    'Azure credentials',
    0.88,
  ],
  [
    /(?:^|\/)\.kube\/config$|^etc\/kubernetes\/(?:admin|kubelet|controller-manager|scheduler)\.conf$|^etc\/kubernetes\/pki\/.*\.key$/,
    'Kubernetes credentials',
    0.86,
  ],
  [
    /^(?:var\/)?run\/secrets\/kubernetes\.io\/|(?:^|\/)kubernetes\.io\/serviceaccount\/token$/,
    'a Kubernetes service account token',
    0.9,
  ],
  [/^(?:var\/)?run\/secrets(?:\/|$)/, 'secrets of the container', 0.84],
  [/(?:^|\/)\.docker\/config\.json$|(?:^|\/)\.dockercfg$/, 'credentials for image registries', 0.84],
  [
    /^(?:private\/)?etc\/(?:shadow|gshadow|master\.passwd|security\/passwd|sudoers|opasswd)-?(?:$|\/|\.)/,
    'the password hashes and rights of this machine',
    0.9,
  ],
  [/^(?:private\/)?etc\/passwd-?$/, 'the accounts of this machine', 0.72],
  [
    /(?:^|\/)\.(?:netrc|_netrc|pgpass|my\.cnf|mylogin\.cnf|pypirc|git-credentials|npmrc|yarnrc\.yml|vault-token|terraformrc|boto|s3cfg|htpasswd|dbeaver-data-sources\.xml)$|(?:^|\/)_netrc$/,
    'stored passwords or tokens',
    0.84,
  ],
  [
    /(?:^|\/)\.(?:cargo\/credentials(?:\.toml)?|gem\/credentials|config\/(?:gh\/hosts\.yml|hub|glab-cli\/config\.yml|netlify\/config\.json|heroku|doctl\/config\.yaml|composer\/auth\.json)|terraform\.d\/credentials\.tfrc\.json|composer\/auth\.json|m2\/settings(?:-security)?\.xml|gradle\/gradle\.properties)$/,
    'stored tokens',
    0.84,
  ],
  [/(?:^|\/)\.(?:gnupg|password-store)(?:\/|$)|(?:^|\/)private-keys-v1\.d\//, 'private keys or passwords', 0.86],
  [
    /(?:^|\/)(?:keychains(?:\/|$)|login\.keychain(?:-db)?$)|(?:^|\/)\.local\/share\/(?:keyrings|kwalletd)(?:\/|$)/,
    'the keyring of the system',
    0.88,
  ],
  [
    /(?:google\/chrome|google-chrome|chromium|bravesoftware|microsoft\/edge|vivaldi|opera)[^:]*\/(?:login data|cookies|web data|local state)/,
    'saved passwords or sessions of a browser',
    0.9,
  ],
  [
    /(?:firefox|\.mozilla|thunderbird)[^:]*\/(?:logins\.json|key[34]\.db|cookies\.sqlite|signons\.sqlite)|(?:^|\/)library\/(?:cookies|safari)\//,
    'saved passwords or sessions of a browser',
    0.9,
  ],
  [
    /(?:^|\/)(?:\.bitcoin|\.ethereum|\.electrum|\.monero|\.litecoin|\.solana|exodus)\/|(?:^|\/)wallet\.dat$|(?:^|\/)(?:keystore\/utc--|id\.json$)/,
    'a wallet',
    0.86,
  ],
  [/\.(?:kdbx?|keychain-db|agilekeychain|opvault)$/, 'a password store', 0.84],
  [/^proc\/(?:self|thread-self|\d+|\*)\/(?:environ|mem|root\/)/, 'memory or environment of a process', 0.86],
  [
    /^(?:c:\/)?(?:windows|winnt)\/(?:system32\/config|repair)\/(?:sam|security|system)|ntds\.dit$|(?:^|\/)ntuser\.dat$/,
    'the password store of Windows',
    0.9,
  ],
  [
    /(?:^|\/)(?:unattend|sysprep|autounattend)\.(?:xml|inf)$|(?:^|\/)microsoft\/(?:credentials|protect|vault)\//,
    'stored passwords of Windows',
    0.84,
  ],
  [/^dev\/(?:mem|kmem|kcore|port)$|^proc\/k(?:core|msg|allsyms)$/, 'the memory of the machine', 0.86],
  [
    /\.terraform\/terraform\.tfstate$|(?:^|\/)terraform\.tfstate(?:\.backup)?$/,
    'Terraform state, which holds secrets in the clear',
    0.6,
  ],
  [
    /(?:^|\/)(?:claude_desktop_config|mcp_config|mcp-servers|mcp_settings|cline_mcp_settings)\.json$|(?:^|\/)\.(?:cursor|vscode|kiro|roo|gemini|windsurf|codeium\/windsurf|codex|claude|continue)\/(?:mcp|settings|config|settings\.local|\.credentials)\.(?:json|toml|ya?ml)$|(?:^|\/)\.claude\.json$|^~\/\.(?:codex\/auth|claude\/\.credentials)\.json$/,
    'settings of an MCP client, with its keys',
    0.76,
  ],
];

/** Read for a reason at times: a person should look. */
const revealing: readonly Row[] = [
  [
    /(?:^|\/)\.env(?:\.(?!example|sample|template|dist|defaults?|schema)[a-z0-9_-]+)*$|(?:^|\/)\.envrc$|(?:^|\/)(?:prod|production)\.env$/,
    'environment settings with secrets',
    0.72,
  ],
  [
    /(?:^|\/)\.(?:[a-z]+_|[a-z]+-)?z?history$|(?:^|\/)\.(?:bash|zsh|sh|ksh|ash|csh|tcsh|python|node_repl|psql|mysql|sqlite|rediscli|dbshell|irb|lldb|php|r|lftp)[_-]?hist(?:ory|file)?$|consolehost_history\.txt$/,
    'what was typed into a shell',
    0.72,
  ],
  [/\.(?:pem|key|p12|pfx|jks|ppk|asc|ovpn|keytab)$/, 'a key or certificate', 0.6],
  [
    /(?:^|\/)(?:credentials?|secrets?|passwords?|passwd|service[_-]?account(?:[_-]key)?|auth|tokens?|api[_-]?keys?|client_secret[^/]*)\.(?:json|ya?ml|txt|csv|ini|xml|conf|toml|xlsx?|docx?|properties|key)$|(?:^|\/)\.credentials$|(?:^|\/)(?:initial_root_password|\.htpasswd|\.pwd\.lock)$/,
    'a file of secrets',
    0.72,
  ],
  [
    /(?:^|\/)(?:wp-config\.|localsettings\.php|settings\.local\.php|settings\.inc\.php|parameters\.ya?ml|database\.ya?ml|web\.config|\.htaccess|configuration\.php|env\.php|local\.xml|master\.key|credentials\.yml\.enc|tomcat-users\.xml|applicationhost\.config|php\.ini|my\.cnf|my\.ini|pg_hba\.conf|server\.xml|boot\.ini|win\.ini|system\.ini)/,
    'settings of a server, often with passwords',
    0.62,
  ],
  [
    /^(?:private\/)?etc\/(?:krb5\.keytab|ssl\/private|pam\.d|crontab|cron\.|security|ssh|ipsec|ppp\/(?:chap|pap)-secrets|openvpn|wireguard|mysql|postgresql|ldap|openldap|samba|exports|netplan|networkmanager\/system-connections)/,
    'settings that guard this machine',
    0.66,
  ],
  [
    /^(?:var\/)?(?:spool\/cron|spool\/mail|mail)\/|^var\/(?:lib\/(?:docker|kubelet|mysql|pgsql|postgresql|jenkins|sss|dhcp)|backups|root|log\/(?:auth\.log|secure|wtmp|btmp|lastlog|audit))/,
    'data of services of this machine',
    0.62,
  ],
  [
    /^(?:var\/)?run\/(?:docker|containerd\/containerd|crio\/crio|podman\/podman)\.sock$/,
    'the socket that controls containers',
    0.84,
  ],
  [
    /^proc\/|^sys\/(?:kernel|module|firmware|class|hypervisor)|^dev\/(?:sd|nvme|vd|hd|xvd|disk|mapper|tcp|udp)/,
    'the inside of the machine',
    0.55,
  ],
  [
    /(?:^|\/)\.(?:aws|azure|kube|docker|gcloud|oci|config\/gcloud|gnupg|openvpn|pki|putty|vnc|rdp|snowflake|databrickscfg|ansible|chef|minikube|helm|terraform\.d|vagrant\.d|boto)(?:\/|$)/,
    'a folder of credentials',
    0.62,
  ],
  [/(?:^|\/)\.(?:svn|hg|bzr|cvs)\/|(?:^|\/)\.git\/(?:config|credentials)$/, 'the inside of a repository', 0.5],
  [
    /\.(?:sql|db|sqlite3?|mdb|bak)\.(?:gz|bz2|xz|zip|7z|tgz|rar|old|z)$|^\.sql\.|(?:^|\/)(?:dump|backup|database)\.(?:sql|tar|zip|gz)/,
    'a copy of a database',
    0.35,
  ],
  [
    /^(?:c:\/)?(?:windows|winnt)\/(?!temp)|^(?:c:\/)?(?:inetpub|boot\.ini|xampp\/(?:mysql|security|passwords)|program files[^/]*\/(?:apache|mysql))/,
    'the inside of Windows',
    0.55,
  ],
];

/** One of these is in every path of the rows above. Most paths have none, and are done with. */
const telling =
  /\.(?:ssh|aws|azure|kube|docker|gcloud|gnupg|env|netrc|pgpass|npmrc|pypirc|boto|s3cfg|oci|pem|key|p12|pfx|jks|ppk|asc|ovpn|kdbx?|keytab|agent|opvault|dit|sock|svn|hg|bzr|cvs|git|vscode|kiro|roo|cursor|codex|claude|gemini|continue|mozilla|bitcoin|ethereum|electrum|monero|litecoin|solana|pki|putty|vnc|rdp|minikube|helm|terraform|vagrant|chef|ansible|snowflake|databrickscfg|password-store|my|yarnrc|htpasswd|htaccess|vault|dbeaver|cargo|gem|config|m2|gradle|composer|openvpn|local|sql|sqlite3?|db|mdb|bak)|^(?:etc|private|proc|sys|dev|var|run|mail|spool|windows|winnt|inetpub|xampp|program|c:)|[/_-]?(?:id_|cred|secret|passw|auth|token|api|service|client_secret|history|hist|wallet|key|login|cookies|logins|signons|unattend|sysprep|ntuser|microsoft|chrome|chromium|firefox|thunderbird|safari|vivaldi|opera|brave|tfstate|mcp|claude|wp-config|settings|parameters|database|web\.config|configuration|env\.php|local\.xml|tomcat|applicationhost|php\.ini|my\.|pg_hba|server\.xml|\.ini|backup|dump|exodus|gcloud|envrc|_netrc)/;

/** What a path gives away, when it gives anything away. */
export function sensitivePath(text: string | PathText): SensitivePath | undefined {
  const { path } = typeof text === 'string' ? pathText(text) : text;
  if (!telling.test(path) || templates.test(path)) return undefined;
  for (const [pattern, what, weight] of credentials) if (pattern.test(path)) return { what, weight };
  for (const [pattern, what, weight] of revealing) if (pattern.test(path)) return { what, weight };
  return undefined;
}
