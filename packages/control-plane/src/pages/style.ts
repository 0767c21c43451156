/** How the server's own pages look. They are few and small, and need nothing from elsewhere. */
export const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 12vh auto; max-width: 26rem; padding: 0 1rem; }
h1 { font-size: 1.25rem; }
label { display: block; margin-bottom: 0.25rem; }
input { box-sizing: border-box; font: inherit; padding: 0.5rem; width: 100%; }
#code { font-family: ui-monospace, monospace; letter-spacing: 0.15em; text-transform: uppercase; }
button { font: inherit; margin: 1rem 0.5rem 0 0; padding: 0.5rem 1.25rem; }
dt { opacity: 0.7; } dd { margin: 0 0 0.5rem; }
[role='status'] { margin-top: 1rem; min-height: 1.5em; }
`;
