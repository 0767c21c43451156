import type { Detector } from './detector.ts';

/** Every detector that looks at texts. */
export const detectors: readonly Detector[] = [];
