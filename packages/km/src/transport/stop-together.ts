/**
 * Lets a stop from the terminal (Ctrl-Z), and the going on after it, reach the server: its process group is not the one
 * that the terminal signals.
 *
 * The server is given SIGSTOP because its group is alone in its session, where the system ignores SIGTSTP. km stops itself
 * the same way, so that whoever started it sees it stopped.
 */
export function stopTogether(kill: (signal: NodeJS.Signals) => void): void {
  if (process.platform === 'win32') return;
  process.on('SIGTSTP', () => {
    kill('SIGSTOP');
    process.kill(process.pid, 'SIGSTOP');
  });
  process.on('SIGCONT', () => kill('SIGCONT'));
}
