import type { OwaspId } from '../../finding.ts';
import type { SimpleCommand } from '../../shell/simple-command.ts';

/** Why a command is dangerous. */
export interface Danger {
  readonly rule: string;
  readonly weight: number;
  readonly reason: string;
  readonly owasp?: OwaspId;
  /** One argument written differently, or only one of the commands: what is left is narrower in any case. */
  readonly safer?:
    | { readonly what: string; readonly argument: number; readonly text: string }
    | { readonly what: string; readonly only: SimpleCommand };
}

/** Looks at one command; its name is one that the rule was asked for. */
export type CommandRule = (command: SimpleCommand) => Danger | undefined;
