import { page } from './page.ts';

/** Where a person lets a device in. It says which device asks and from where: a code that somebody sent them is a trap. */
export function devicePage(): Response {
  return page({
    title: 'Let a device in',
    body: `<h1>Let a device in</h1>
<form id="look"><label for="code">Code that the device shows</label>
<input id="code" autocomplete="off" spellcheck="false" maxlength="9" required><button>Look</button></form>
<section id="device" hidden><dl><dt>Device</dt><dd id="name"></dd><dt>Asks from</dt><dd id="address"></dd>
<dt>Since</dt><dd id="since"></dd></dl><p>Did you start this yourself, just now? It gets a key of your organisation.</p>
<button id="approve">Let it in</button><button id="refuse">Refuse</button></section>
<p role="status" id="status"></p>`,
    script: `
const find = (id) => document.querySelector('#' + id);
const code = find('code');
const say = (text) => { find('status').textContent = text; };
const path = () => '/api/auth/device-code/' + encodeURIComponent(code.value.trim());
code.value = new URLSearchParams(location.search).get('code') ?? '';
async function look() {
  find('device').hidden = true;
  const answer = await fetch(path());
  if (answer.status === 401) return location.assign('/sign-in?next=' + encodeURIComponent('/device?code=' + code.value));
  const body = await answer.json();
  if (!answer.ok) return say(answer.status === 404 ? 'No device waits with this code.' : body.title);
  find('name').textContent = body.client_name ?? 'unnamed';
  find('address').textContent = body.address;
  find('since').textContent = new Date(body.asked_at).toLocaleTimeString();
  find('device').hidden = false;
  say('');
}
async function decide(approve) {
  const answer = await fetch(path(), {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ approve }),
  });
  find('device').hidden = true;
  find('look').hidden = answer.ok;
  say(!answer.ok ? 'That did not work. Start again on the device.' : approve ? 'The device is in. You can close this page.' : 'Refused.');
}
find('look').addEventListener('submit', (event) => { event.preventDefault(); look(); });
find('approve').addEventListener('click', () => decide(true));
find('refuse').addEventListener('click', () => decide(false));
if (code.value !== '') look();`,
  });
}
