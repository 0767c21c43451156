/**
 * Milliseconds of processor time that some work takes: unlike the time on the clock they do not grow when other programs
 * want the machine. They are those of the whole process, so that tests which compare them run in one of their own
 * (`*.linear.test.ts`).
 */
export function cpuMsOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
