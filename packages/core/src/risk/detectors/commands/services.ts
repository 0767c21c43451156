import { hasOption, operands, type SimpleCommand } from '../../shell/simple-command.ts';
import type { CommandRule, Danger } from './danger.ts';

/** Containers, clusters, clouds, databases and repositories. */
export const serviceRules: Readonly<Record<string, CommandRule>> = {
  docker: container,
  podman: container,
  nerdctl: container,
  kubectl: cluster,
  oc: cluster,
  helm: (command) =>
    /^(?:uninstall|delete)$/.test(command.args[0] ?? '')
      ? lost('Removes an application from a cluster.', 0.55)
      : undefined,
  terraform: infrastructure,
  tofu: infrastructure,
  terragrunt: infrastructure,
  pulumi: (command) =>
    command.args[0] === 'destroy' ? lost('Removes the machines and data of a whole environment.', 0.82) : undefined,
  aws: cloud,
  gcloud: cloud,
  az: cloud,
  gsutil: cloud,
  git: repository,
  gh: (command) =>
    /^(?:repo|release|secret) delete/.test(command.args.join(' '))
      ? lost('Deletes a repository, a release or a secret.', 0.72)
      : undefined,
  dropdb: () => lost('Deletes a database.', 0.8),
  mysqladmin: (command) => (command.args.includes('drop') ? lost('Deletes a database.', 0.8) : undefined),
  'redis-cli': (command) =>
    command.args.some((arg) => /^flush(?:all|db)$/i.test(arg)) ? lost('Empties a database.', 0.82) : undefined,
  mongo: mongo,
  mongosh: mongo,
  apt: packages,
  'apt-get': packages,
  yum: packages,
  dnf: packages,
  npm: (command) => (command.args[0] === 'unpublish' ? lost('Takes a published package away.', 0.6) : undefined),
  vssadmin: (command) =>
    /delete shadows/i.test(command.args.join(' '))
      ? lost('Deletes the copies that files could be restored from.', 0.92)
      : undefined,
};

const hostMount =
  /^(?:\/|\/etc|\/root|\/home|\/var|\/usr|~|\$home|\$\{home\}|\/proc|\/dev|[a-z]:[\\/]?):|(?:source|src)=(?:\/|\/etc|\/root|\/home)(?:,|$)/i;

/** Options of `docker run` that open the machine to the container. */
export function opensTheHost(args: readonly string[]): Danger | undefined {
  const joined = args.join(' ');
  const mounts = args
    .map((arg) => arg.replace(/^(?:-v|--volume=|--mount=|-v=)/, ''))
    .filter((arg) => hostMount.test(arg));
  if (mounts.length > 0) return opened('Lets a container read and change the files of this machine.', 0.86);
  if (args.some((arg) => /docker\.sock/.test(arg)))
    return opened('Lets a container control all others, and the machine.', 0.82);
  if (args.includes('--privileged') || /--cap-add[= ](?:all|sys_admin|sys_ptrace|sys_module)/i.test(joined))
    return opened('Gives a container the rights of the machine.', 0.8);
  if (/--(?:pid|ipc|userns|uts)[= ]host|--security-opt[= ](?:apparmor|seccomp)[=:]unconfined/.test(joined))
    return opened('Takes down the wall between a container and the machine.', 0.72);
  return /--net(?:work)?[= ]host/.test(joined)
    ? opened('Puts a container into the network of the machine.', 0.3)
    : undefined;
}

function container({ args, fedBy }: SimpleCommand): Danger | undefined {
  const joined = args.join(' ');
  if (/^(?:run|create|container run)\b/.test(joined)) return opensTheHost(args);
  if (/^system prune\b.*--volumes/.test(joined) || /^volume prune\b/.test(joined))
    return lost('Deletes all data that no container is using just now.', 0.62);
  if (/^volume rm\b/.test(joined)) return lost('Deletes data of containers.', 0.45);
  return /^(?:rm|rmi|stop|kill)\b/.test(joined) &&
    (/\$\(|`/.test(joined) || fedBy.some(({ name }) => name === 'docker'))
    ? lost('Ends or removes all containers or images.', 0.42)
    : undefined;
}

function cluster({ args }: SimpleCommand): Danger | undefined {
  const joined = args.join(' ');
  if (args[0] === 'delete') {
    if (
      /\b(?:namespace|namespaces|ns|pv|pvc|persistentvolumes?|crd|node|nodes)\b/.test(joined) ||
      /--all\b/.test(joined)
    )
      return lost('Deletes a large part of a cluster, with its data.', 0.83);
    return lost('Deletes something from a cluster.', 0.5);
  }
  if (args[0] === 'drain') return lost('Takes a machine out of a cluster.', 0.45);
  if (/^get\s+(?:secrets?)\b.*-o/.test(joined))
    return { rule: 'commands.secrets', weight: 0.55, reason: 'Reads the secrets of a cluster.', owasp: 'MCP01:2025' };
  if (/cluster-admin/.test(joined)) return opened('Gives an account all rights in a cluster.', 0.8);
  return /^scale\b.*--replicas[= ]0/.test(joined) ? lost('Stops an application.', 0.45) : undefined;
}

function infrastructure({ args }: SimpleCommand): Danger | undefined {
  const joined = args.join(' ');
  if (/\bdestroy\b/.test(joined) || (/\bapply\b/.test(joined) && /-destroy\b/.test(joined)))
    return lost(
      'Removes the machines and data of a whole environment.',
      /auto-approve|--force/.test(joined) ? 0.86 : 0.8,
    );
  return /\bapply\b.*-auto-approve/.test(joined)
    ? lost('Changes an environment without anybody agreeing.', 0.42)
    : undefined;
}

function cloud({ args }: SimpleCommand): Danger | undefined {
  const joined = args.join(' ');
  if (/\bs3 (?:rb\b.*--force|rm\b.*--recursive)|\bs3api delete-bucket|\brm -r[f ]|(?:^| )rb /.test(joined))
    return lost('Deletes stored data for good.', 0.8);
  if (
    /terminate-instances|delete-db-(?:instance|cluster)|delete-(?:stack|cluster|table|user|role|key-pair|volume|snapshot|vpc)|schedule-key-deletion|(?:group|vm|projects|instances|clusters|databases?) delete/.test(
      joined,
    )
  )
    return lost('Deletes machines, data or accounts in a cloud.', 0.8);
  if (/AdministratorAccess|roles\/owner|create-access-key|--acl[= ]public-read|cidr[= ]0\.0\.0\.0\/0/.test(joined))
    return opened('Opens a cloud account to others.', 0.72);
  return /stop-logging|delete-trail|delete-flow-logs/.test(joined)
    ? { rule: 'commands.defences', weight: 0.84, reason: 'Turns off the audit of a cloud.', owasp: 'MCP08:2025' }
    : undefined;
}

function repository(command: SimpleCommand): Danger | undefined {
  const { args } = command;
  const at = args.indexOf('push');
  const force = args.findIndex((arg) => arg === '--force' || arg === '-f');
  if (at !== -1 && (force > at || args.includes('--mirror') || args.some((arg) => /^\+\S/.test(arg)))) {
    const main = args.some((arg) => /^(?:\+?(?:\S+:)?)?(?:main|master|production|release\S*)$/.test(arg));
    const reason = 'Writes over what others have pushed.';
    if (force === -1) return lost(reason, 0.45);
    return {
      ...lost(reason, main ? 0.5 : 0.3),
      safer: {
        what: '--force-with-lease: only if nobody has pushed in between',
        argument: force,
        text: '--force-with-lease',
      },
    };
  }
  if (at !== -1 && args.includes('--delete')) return lost('Deletes a branch or tag for everybody.', 0.4);
  if (args.includes('clean') && hasOption(command, 'x') && hasOption(command, 'f'))
    return lost('Deletes every file that is not kept in the repository.', 0.3);
  if (args.includes('filter-branch') || args.includes('filter-repo'))
    return lost('Rewrites the history of the repository.', 0.3);
  return /(?:^| )(?:core\.(?:sshcommand|hookspath|fsmonitor|pager|editor)|alias\.\w+)[= ][^\n]{0,300}(?:curl|wget|nc |\/tmp\/|\|)/i.test(
    args.join(' '),
  )
    ? { rule: 'commands.persistence', weight: 0.72, reason: 'Has Git run a program.' }
    : undefined;
}

function mongo({ args }: SimpleCommand): Danger | undefined {
  return /dropDatabase\(|\.drop\(|deleteMany\(\{\s*\}\)|remove\(\{\s*\}\)/.test(args.join(' '))
    ? lost('Deletes a database or all that is in it.', 0.82)
    : undefined;
}

function packages(command: SimpleCommand): Danger | undefined {
  if (!/^(?:remove|purge|autoremove|erase)$/.test(operands(command)[0] ?? '')) return undefined;
  return command.args.some((arg) =>
    /^(?:libc6|glibc|systemd|linux-image\S*|kernel|sudo|bash|coreutils|\*|python3?|apt)$/.test(arg),
  )
    ? lost('Removes what the system cannot do without.', 0.82)
    : undefined;
}

function lost(reason: string, weight: number): Danger {
  return { rule: 'commands.services', weight, reason };
}

function opened(reason: string, weight: number): Danger {
  return { rule: 'commands.containers', weight, reason, owasp: 'MCP02:2025' };
}
