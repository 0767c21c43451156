import type { Detector } from '../detector.ts';
import { modelDetectors } from './model.ts';

let loaded: Promise<readonly Detector[]> | undefined;

/**
 * The detectors of the learned model, the same for all sessions of a process. The weights are read when they are asked for:
 * not every run judges.
 */
export function loadModel(): Promise<readonly Detector[]> {
  loaded ??= import('./weights.ts').then(({ weights }) => modelDetectors(weights));
  return loaded;
}
