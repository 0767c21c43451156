import spawn from 'cross-spawn';

/** Starts `npx` and its like on Windows, where they are .cmd files, which only a shell can start. */
export const startOnWindows = spawn;
