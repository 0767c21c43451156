import type { Readable } from 'node:stream';

/** What a stream has given so far. */
export interface Collected {
  readonly bytes: Buffer;
  readonly length: number;
  readonly text: string;
  /** Ends when the text so far has `part` in it; fails when the stream ends without. */
  has(part: string): Promise<void>;
  /** Ends when there are as many bytes, or the stream has ended. */
  reaches(length: number): Promise<void>;
  /** Takes what is there away. */
  take(): Buffer;
}

export function collect(stream: Readable): Collected {
  let chunks: Buffer[] = [];
  let length = 0;
  let ended = false;
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
  });
  stream.once('close', () => {
    ended = true;
  });
  const bytes = () => Buffer.concat(chunks);

  async function until(satisfied: () => boolean): Promise<boolean> {
    for (;;) {
      if (satisfied()) return true;
      if (ended) return false;
      await dataOrClose(stream);
    }
  }

  return {
    get bytes() {
      return bytes();
    },
    get length() {
      return length;
    },
    get text() {
      return bytes().toString();
    },
    async has(part) {
      const found = await until(() => bytes().includes(part));
      if (!found) throw new Error(`The stream ended without ${JSON.stringify(part)}; it had ${bytes().toString()}`);
    },
    async reaches(wanted) {
      await until(() => length >= wanted);
    },
    take() {
      const taken = bytes();
      chunks = [];
      length = 0;
      return taken;
    },
  };
}

function dataOrClose(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('data', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('data', done);
    stream.on('close', done);
  });
}
