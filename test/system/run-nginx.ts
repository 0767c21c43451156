import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const examples = fileURLToPath(new URL('../../deploy/nginx/', import.meta.url));

export interface RunningNginx {
  readonly url: string;
  stop(): Promise<void>;
}

/** A real nginx with a configuration that we hand out; only the ports are others, one for each that stands in it. */
export async function runNginx(name: string, ports: Readonly<Record<number, number>>): Promise<RunningNginx> {
  const folder = mkdtempSync(path.join(tmpdir(), 'km-nginx-'));
  chmodSync(folder, 0o755); // Its workers run as another user.
  const example = readFileSync(path.join(examples, name), 'utf8');
  const site = example.replace(/(?<=127\.0\.0\.1:)\d+/g, (port) => String(ports[Number(port)] ?? port));
  const port = ports[Number(/^ +listen 127\.0\.0\.1:(\d+)/m.exec(example)?.[1])];
  writeFileSync(path.join(folder, 'site.conf'), site);
  writeFileSync(path.join(folder, 'nginx.conf'), around(folder));
  const child = spawn('nginx', ['-p', folder, '-c', path.join(folder, 'nginx.conf')], { stdio: 'inherit' });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  await answers(url, ended);
  return {
    url,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const around = (folder: string) => `daemon off;
worker_processes 2;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  include ${folder}/site.conf;
}
`;

/** Asks until somebody is there. */
async function answers(url: string, ended: Promise<void>): Promise<void> {
  let over = false;
  ended.then(() => {
    over = true;
  });
  while (!over) {
    const there = await fetch(`${url}/healthz`).catch(() => undefined);
    if (there) return;
  }
  throw new Error('nginx has ended.');
}
