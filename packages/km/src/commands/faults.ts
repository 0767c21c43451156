/** What went wrong before anybody could be told: kept until somebody hears it. */
export interface Faults {
  tell(message: string): void;
  /** From now on `fault` hears each, those told before first. */
  hear(fault: (message: string) => void): void;
}

export function openFaults(): Faults {
  const waiting: string[] = [];
  let tell = (message: string) => {
    waiting.push(message);
  };
  return {
    tell: (message) => tell(message),
    hear(fault) {
      tell = fault;
      for (const message of waiting.splice(0)) fault(message);
    },
  };
}
