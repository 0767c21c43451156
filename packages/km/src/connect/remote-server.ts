import { constants } from 'node:os';
import { Writable } from 'node:stream';
import { Framing } from '../message/framing.ts';
import type { ServerEnd, ServerExit } from '../transport/server-end.ts';
import { pause } from './backoff.ts';
import { Link, type LinkParts } from './link.ts';
import { cancelledId, type Posted, readPosted } from './posted.ts';
import { Upstream } from './upstream.ts';

/** How long the next message waits for the one before to be taken. Without an end a server that hangs would silence all. */
const orderMs = 10_000;

/** How long the next message waits for the answer to the first one, and to `initialize`: only then there is a session. */
const sessionMs = 60_000;

/** How long the server may take to hear that the session is over. */
const farewellMs = 1_000;

/**
 * A server across the network as the server's end of a run: lines that go in are posted, what it answers comes out as lines.
 *
 * Messages are posted in the order in which they come. The next one waits until a request has been written out, anything
 * else has been taken, and `initialize` has been answered; answers come in whatever order they like.
 */
export class RemoteServer implements ServerEnd {
  readonly #link: Link;
  readonly #upstream: Upstream;
  readonly #framing = new Framing(Number.POSITIVE_INFINITY);
  readonly #underWay = new Set<Promise<void>>();
  #killedBy: NodeJS.Signals | undefined;
  #ends = false;
  #exit = (_: ServerExit) => {};
  readonly exited = new Promise<ServerExit>((resolve) => {
    this.#exit = resolve;
  });
  readonly sink: Writable;

  constructor(parts: LinkParts) {
    this.#link = new Link(parts);
    this.#upstream = new Upstream(this.#link);
    this.sink = new Writable({
      write: (chunk: Uint8Array, _encoding, written) => {
        const lines: Uint8Array[] = [];
        this.#framing.push(chunk, ({ head }) => void lines.push(head));
        this.#postAll(lines).then(() => written(), written);
      },
      final: (done) => {
        const lines: Uint8Array[] = [];
        this.#framing.end(({ head }) => void lines.push(head));
        this.#postAll(lines).then(() => {
          done();
          this.#clientGone();
        }, done);
      },
    });
  }

  get source() {
    return this.#link.outlet.readable;
  }

  /** There is no process to stop or to kill: whatever ends a program gives up all that is under way. */
  readonly kill = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') return;
    this.#killedBy ??= signal;
    this.#end();
  };

  release(): void {
    this.#link.close();
  }

  async #postAll(lines: readonly Uint8Array[]): Promise<void> {
    for (const line of lines) {
      const posted = readPosted(line, this.#upstream.legacy);
      if (posted && !this.#link.signal.aborted) await this.#post(posted);
    }
  }

  /** Ends when the next message may be posted. */
  #post(posted: Posted): Promise<void> {
    if (this.#cancels(posted)) return Promise.resolve();
    const given = new AbortController();
    const signal = AbortSignal.any([this.#link.signal, given.signal]);
    this.#link.open.add(posted, () => given.abort());
    const opensSession = posted.method === 'initialize' || !this.#upstream.known;
    return new Promise((resolve) => {
      const onWritten = () => posted.asks.length > 0 && !opensSession && resolve();
      const onTaken = () => !opensSession && resolve();
      const done = this.#upstream.post(posted, signal, { onWritten, onTaken });
      this.#underWay.add(done);
      done.then(() => {
        this.#underWay.delete(done);
        resolve();
        waited.abort();
      });
      const waited = new AbortController();
      const waiting = AbortSignal.any([signal, waited.signal]);
      pause(opensSession ? sessionMs : orderMs, this.#link.parts.after, waiting).then(resolve);
    });
  }

  /** True when the message was a cancelling that the server learns of in another way. */
  #cancels(posted: Posted): boolean {
    const id = cancelledId(posted);
    const open = id === undefined ? undefined : this.#link.open.get(id);
    if (id === undefined || open === undefined) return false;
    this.#link.open.forget(id);
    // From 2026-07-28 on to close the request is to cancel it; before, the server wants to be told.
    if (open.posted.version === undefined) return false;
    open.abort();
    return true;
  }

  /** What still waits for an answer gets it; then the session is over. */
  async #clientGone(): Promise<void> {
    this.#link.open.abortStreams();
    await Promise.all(this.#underWay);
    await this.#link.open.whenEmpty();
    this.#end();
  }

  async #end(): Promise<void> {
    if (this.#ends) return;
    this.#ends = true;
    this.#link.abort();
    if (this.#killedBy !== 'SIGKILL') await this.#sayFarewell();
    this.#link.close();
    this.#link.outlet.end();
    const signal = this.#killedBy;
    this.#exit({ status: signal === undefined ? 0 : 128 + constants.signals[signal], signal });
  }

  async #sayFarewell(): Promise<void> {
    const { farewell } = this.#upstream;
    if (farewell === undefined) return;
    const over = new AbortController();
    const cancel = this.#link.parts.after(farewellMs, () => over.abort());
    // A server that does not hear it ends the session when nobody has come for a while.
    await this.#link.sendLast(farewell, over.signal).catch(() => {});
    cancel();
  }
}
