import type { PathText } from './path-text.ts';
import type { SensitivePath } from './sensitive.ts';

type Row = readonly [pattern: RegExp, what: string, weight: number];

/** What those who look around on a machine ask for first. Just as often it is asked for innocently: noted, never held. */
const rows: readonly Row[] = [
  [/^(?:private\/)?etc(?:\/|$)/, 'a setting of this machine', 0.38],
  [
    /^(?:usr\/local\/etc|opt\/(?:lampp|xampp|apache|nginx|tomcat)|usr\/local\/(?:apache|nginx|php|mysql)[^/]*|xampp|lampp|wamp|apache[^/]*|nginx|lighttpd|httpd|php\d?|mysql|pgsql|pureftpd|tomcat[^/]*)(?:\/(?:conf|etc|logs?|data|config|apache)|$)/,
    'a setting or log of a server',
    0.36,
  ],
  [
    /^(?:var\/(?:log|adm|lib|spool|run|cache|mail|www|db|local)|logs?\/(?:access|error|security|auth))(?:\/|_|$)/,
    'data or logs of this machine',
    0.34,
  ],
  [/^(?:boot|root|sys|dev|lost\+found|volumes|system32|proc)(?:\/|$)/, 'a place of the system', 0.36],
  [/^(?:usr\/(?:lib|libexec|share)\/|opt\/)[a-z]/, 'a place of the system', 0.25],
  [
    /(?:^|\/)\.(?:[a-z0-9]+(?:rc|_profile|_login|_logout|_aliases|env)|profile|login|logout|plan|forward|rhosts|shosts|hushlogin|xauthority|iceauthority|xsession|lesshst|viminfo|wget-hsts|selected_editor|htdigest|www_acl|nsconfig|tmux\.conf|gitconfig|mailcap|muttrc|tcshrc|proclog|credentials|subversion)$/,
    'personal settings',
    0.36,
  ],
  [
    /^(?:~\/)?\.(?:config|local|cache|cargo|rustup|rbenv|pyenv|nvm|m2|gradle|composer|bundle|gem|npm|yarn|pm2|snap|cups|dbus|pki|vim|emacs\.d|irssi|weechat|lftp|drush|sdkman|oh-my-[^/]*|gnome2?|kde\d?|thunderbird|wine|steam|android|java|ivy2|sbt|stack|cabal|opam|julia|jupyter|ipython|keras|nuget|dotnet|chocolatey|unbound|konan|jspm|node-gyp)(?:\/|$)/,
    'a folder of personal settings',
    0.34,
  ],
  [
    /^\.(?:claude|cursor|windsurf|cline|codex|continue|gemini|aider|roo|kiro|zed|warp|crush|junie|opencode|openclaw|copilot)(?:\/|$)/,
    'the settings of an assistant',
    0.38,
  ],
  [
    /(?:^|\/)(?:config|settings|secrets?|database|db|app|application|parameters|local|prod|production|aws|auth)(?:[._-](?:dev|test|prod|production|sample|local|staging|inc))?\.(?:ya?ml|ini|php|py|rb|pl|json|xml|toml|txt|conf|cfg|properties)$/,
    'a file of settings',
    0.28,
  ],
  [/\.(?:log|bak|old|swp|swo|orig|save|dump|sql)$|[^/]~$/, 'a log or a copy', 0.22],
];

/** What a bare path asks for; for texts that are known to be paths. */
export function wellKnownPath({ path }: PathText): SensitivePath | undefined {
  const row = rows.find(([pattern]) => pattern.test(path));
  return row && { what: row[1], weight: row[2] };
}
