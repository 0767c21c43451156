import { page } from './page.ts';

/** Takes the token behind `#` of a sign-in link, or asks for an e-mail address and goes to its identity provider. */
export function signInPage(): Response {
  return page({
    title: 'Sign in',
    body: `<h1>Sign in to Kilometers</h1>
<form id="sso"><label for="email">E-mail address at work</label>
<input id="email" type="email" autocomplete="email" required><button>Continue</button>
<p>Or open your sign-in link in this browser.</p></form>
<p role="status" id="status"></p>`,
    script: `
const status = document.querySelector('#status');
const next = new URLSearchParams(location.search).get('next') ?? '/';
const token = location.hash.slice(1);
if (token !== '') {
  history.replaceState(null, '', location.pathname + location.search);
  document.querySelector('#sso').hidden = true;
  status.textContent = 'Signing in …';
  const answer = await fetch('/api/auth/sign-in', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ token }),
  });
  if (answer.ok) {
    const target = new URL(next, location.origin);
    if (target.origin === location.origin && next !== '/') location.assign(target);
    else status.textContent = 'You are signed in.';
  } else {
    document.querySelector('#sso').hidden = false;
    status.textContent = (await answer.json()).detail ?? 'The link does not work.';
  }
}
// A link that is opened where this page is open already changes nothing but what stands behind its #.
addEventListener('hashchange', () => location.reload());
document.querySelector('#sso').addEventListener('submit', (event) => {
  event.preventDefault();
  const email = document.querySelector('#email').value;
  location.assign('/auth/sso/start?' + new URLSearchParams(next.startsWith('/') ? { email, next } : { email }));
});`,
  });
}
