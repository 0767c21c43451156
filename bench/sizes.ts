/** Lengths of the lines that are sent, newline included. */
export const sizes = {
  small: { name: '100 B', bytes: 100 },
  usual: { name: '1 KB', bytes: 1_024 },
  large: { name: '10 KB', bytes: 10_240 },
  huge: { name: '10 MB', bytes: 10_485_760 },
} as const;
