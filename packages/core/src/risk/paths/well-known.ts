import type { PathText } from './path-text.ts';
import type { SensitivePath } from './sensitive.ts';

type Row = readonly [pattern: RegExp, what: string, weight: number];

/**
 * What those who look around on a machine ask for first, by what it is. Just as often it is asked for innocently: noted,
 * and hardly ever held. The order is that of the weights, but for rows that would hide a better one.
 */
const rows: readonly Row[] = [
  [
    /(?:^|[/._-])(?:\w{0,20}passw(?:or)?ds?|pass|passwd|pwd|secrets?|credentials?|private|api_?keys?|access_?tokens?|auth(?:entication|_token)?)(?:$|[/._-](?!policy))(?!.{0,80}\.(?:md|mdx|rst|html?|[cm]?[jt]sx?|py|go|rs|rb|java|c|h|cpp|cs|css|png|svg|d\.ts|map)$)/,
    'named for a secret',
    0.44,
  ],
  [/^(?:private\/)?etc(?:\/|$)/, 'a setting of this machine', 0.38],
  [
    /^\.(?:claude|cursor|windsurf|cline|codex|continue|gemini|aider|roo|kiro|zed|warp|crush|junie|opencode|openclaw|copilot)(?:\/|$)/,
    'the settings of an assistant',
    0.38,
  ],
  [
    /(?:^|\/)(?:web-inf|meta-inf|cgi-bin|app_data|inetpub|wwwroot|\.well-known\/acme-challenge)(?:\/|$)|(?:^|\/)(?:web\.xml|weblogic\.xml|global\.asa|phpinfo\.php|machine\.config|\.user\.ini|wp-(?:config|cli)[^/]*|localconf\.php|default\.settings\.php|httpd\d?\.conf|nginx\.conf|apache\d?\.conf|vhosts?[^/]*\.conf|catalina\.\w+|standalone\.xml|jetty\.xml)$/,
    'the inside of a web server',
    0.38,
  ],
  [
    /^(?:usr\/local\/etc|opt\/(?:lampp|xampp|apache|nginx|tomcat)|usr\/local\/(?:apache|nginx|php|mysql)[^/]*|xampp|lampp|wamp|apache[^/]*|nginx|lighttpd|httpd|php\d?|mysql|pgsql|pureftpd|tomcat[^/]*)(?:\/(?:conf|etc|logs?|data|config|apache)|$)/,
    'a setting or log of a server',
    0.36,
  ],
  [
    /^(?:boot|root|sys|dev|lost\+found|volumes|system32|proc|program files[^/]*|programdata|windows)(?:\/|$)/,
    'a place of the system',
    0.36,
  ],
  [
    /(?:^|\/)\.(?:[a-z0-9]+(?:rc|_profile|_login|_logout|_aliases|env)|profile|login|logout|plan|forward|rhosts|shosts|hushlogin|xauthority|iceauthority|xsession|lesshst|viminfo|wget-hsts|selected_editor|htdigest|www_acl|nsconfig|tmux\.conf|gitconfig|mailcap|muttrc|tcshrc|proclog|credentials|subversion)$/,
    'personal settings',
    0.36,
  ],
  [
    /^(?!var\/www\/.{1,400}\.(?:html?|css|js|png|jpe?g|svg|ico|txt)$)(?:var\/(?:log|adm|lib|spool|run|cache|mail|www|db|local)|logs?\/(?:access|error|security|auth))(?:\/|_|$)/,
    'data or logs of this machine',
    0.34,
  ],
  [
    /^(?:~\/)?\.(?:config|local|cache|cargo|rustup|rbenv|pyenv|nvm|m2|gradle|composer|bundle|gem|npm|yarn|pm2|snap|cups|dbus|pki|vim|emacs\.d|irssi|weechat|lftp|drush|sdkman|oh-my-[^/]*|gnome2?|kde\d?|thunderbird|wine|steam|android|java|ivy2|sbt|stack|cabal|opam|julia|jupyter|ipython|keras|nuget|dotnet|chocolatey|unbound|konan|jspm|node-gyp)(?:\/|$)/,
    'a folder of personal settings',
    0.34,
  ],
  [/(?:^|\/)\.(?:svn|hg|bzr|cvs|git)(?:\/|$)/, 'the inside of a repository', 0.3],
  [
    /(?:^|\/)(?:\w{0,20}[._-])?(?:(?:config|configure|configuration|settings|database|db|parameters|aws|defaults|sftp|ftp|prod|production|local)(?:[._-]\w{1,20}){0,3}\.(?:php|asp|aspx|jsp|py|rb|pl|json|txt|csv|bak|ya?ml|ini|inc|xml|toml|conf|cfg|properties|env)|(?:app|application|security|services|routing)(?:[._-]\w{1,20}){0,3}\.(?:ya?ml|ini|inc|xml|toml|conf|cfg|properties|env|bak))$/,
    'a file of settings',
    0.28,
  ],
  [
    /(?:^|\/)(?:apache|apache\d{1,2}|httpd|nginx|lighttpd|tomcat\d?|jakarta|jboss|wildfly|glassfish|weblogic|websphere|zeus|lsws|squirrelmail|roundcube|cpanel|webmin|usermin|psa|plesk|xampp|wamp|lampp|filezilla\w{0,9}|proftpd|pure-?ftpd|vsftpd|samba|squid|exim\d?|postfix|sendmail|dovecot|mysql|mariadb|pgsql|postgres(?:ql)?|mongodb?|elasticsearch|kafka|redis|gitlab|nuxeo|openvpn|wireguard|typo3conf|php\d?)(?:\/|$)/,
    'a place of a server',
    0.25,
  ],
  [/^(?:usr\/(?:lib|libexec|share)\/|opt\/)[a-z]/, 'a place of the system', 0.25],
  [/\.(?:conf|cnf|cfg|env)$/, 'a file of settings', 0.24],
  [
    /\.(?:log|bak|backup|bkp|old|swp|swo|orig|save|dump|sql|tmp~?)(?:\.\w{1,4})?$|[^/]~$|(?:^|[/_-])logs(?:\/|$)|_log$/,
    'a log or a copy',
    0.22,
  ],
  [
    /^(?:var|usr\/(?:local|pkg|pkgsrc|ports|spool|etc|home|sbin|users)|etc|sbin|srv|system|library|data)\/[^/]/,
    'a place of the system',
    0.16,
  ],
];

/** Hidden files that belong to a project, and are read with it. */
const ofProject =
  /^\.(?:git(?:ignore|attributes|keep|modules|hub|lab-ci\.ya?ml)|editorconfig|\w{1,20}ignore|prettierrc[^/]*|eslintrc[^/]*|babelrc[^/]*|nvmrc|node-version|python-version|vscode|idea|travis\.ya?ml|husky|changeset|storybook|circleci|devcontainer|env\.(?:example|sample|template|dist))$/;

/** Ways in which a path says more than where a file is. */
const forms: readonly Row[] = [
  [
    /^\s*(?:php|expect|phar|zip|zlib|glob|data|ogg|rar|ssh2|compress\.\w{2,6}|input|jar|netdoc):/i,
    'a stream in the place of a file',
    0.86,
  ],
  [/::\$(?:data|index_allocation)/i, 'a stream behind a file, by which rules for its name are evaded', 0.72],
  [/^(?:\\\\|\/\/)[?.][\\/]/, 'a device, or a path that is not checked', 0.45],
  [/\/@(?:fs|id)\//i, 'a file outside of what a development server serves', 0.5],
  [
    /^(?:%(?:appdata|localappdata|windir|systemroot|programdata|programfiles|allusersprofile|temp)%|\$env:\w)/i,
    'a place of the system',
    0.36,
  ],
  [/~\d(?:[\\/.]|$)/, 'a name in its short form', 0.2],
];

/** What a bare path asks for; for texts that are known to be paths. */
export function wellKnownPath(text: string, { path }: PathText): SensitivePath | undefined {
  const form = forms.find(([pattern]) => pattern.test(text));
  if (form) return { what: form[1], weight: form[2] };
  const row = rows.find(([pattern]) => pattern.test(path));
  return row ? { what: row[1], weight: row[2] } : hidden(path);
}

function hidden(path: string): SensitivePath | undefined {
  const names = path.split('/').filter((name) => /^\.[^.]/.test(name));
  if (names.length === 0 || path.startsWith('node_modules/')) return undefined;
  return { what: 'hidden from listings', weight: names.every((name) => ofProject.test(name)) ? 0.08 : 0.2 };
}
