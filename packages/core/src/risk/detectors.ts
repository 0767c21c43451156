import type { Detector } from './detector.ts';
import { commands } from './detectors/commands.ts';

/** Every detector that looks at texts. */
export const detectors: readonly Detector[] = [commands];
