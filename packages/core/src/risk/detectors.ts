import type { Detector } from './detector.ts';
import { commands } from './detectors/commands.ts';
import { files } from './detectors/files.ts';
import { network } from './detectors/network.ts';
import { sql } from './detectors/sql.ts';

/** Every detector that looks at texts. */
export const detectors: readonly Detector[] = [commands, files, network, sql];
