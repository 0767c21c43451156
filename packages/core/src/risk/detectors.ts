import type { Detector } from './detector.ts';
import { commands } from './detectors/commands.ts';
import { enciphered } from './detectors/enciphered.ts';
import { files } from './detectors/files.ts';
import { latinWords, otherScriptWords } from './detectors/foreign-words.ts';
import { hiddenUnicode } from './detectors/hidden-unicode.ts';
import { injection } from './detectors/injection.ts';
import { network } from './detectors/network.ts';
import { payload } from './detectors/payload.ts';
import { personal } from './detectors/personal.ts';
import { poison } from './detectors/poison.ts';
import { secrets } from './detectors/secrets.ts';
import { spelledOut } from './detectors/spelled-out.ts';
import { sql } from './detectors/sql.ts';
import { terminalEscapes } from './detectors/terminal-escapes.ts';

/** Every detector that looks at texts. */
export const detectors: readonly Detector[] = [
  commands,
  files,
  network,
  payload,
  sql,
  poison,
  injection,
  latinWords,
  otherScriptWords,
  spelledOut,
  enciphered,
  hiddenUnicode,
  terminalEscapes,
  secrets,
  personal,
];
