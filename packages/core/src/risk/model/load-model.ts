import type { Detector } from '../detector.ts';
import { modelDetectors } from './model.ts';

/** The detectors of the learned model. The weights are read when they are asked for: not every run judges. */
export async function loadModel(): Promise<readonly Detector[]> {
  const { weights } = await import('./weights.ts');
  return modelDetectors(weights);
}
