import type { Cue } from './cue.ts';
import { orderCues } from './order-cues.ts';
import { roleCues } from './role-cues.ts';
import { secretCues } from './secret-cues.ts';
import { taskCues } from './task-cues.ts';
import { toolCues } from './tool-cues.ts';

/** Turns of phrase that are used to steer a model. Matched in plain text: lower case, folded. */
export const cues: readonly Cue[] = [...orderCues, ...secretCues, ...toolCues, ...taskCues, ...roleCues];
