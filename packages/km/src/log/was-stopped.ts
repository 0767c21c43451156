/** True of a message that a filter stopped, whether somebody had to be answered or not. */
export function wasStopped(outcome: string | undefined): boolean {
  return outcome === 'blocked' || outcome === 'answered';
}
