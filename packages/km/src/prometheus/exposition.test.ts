import { expect, test } from 'vitest';
import { catalogue } from '../figures/catalogue.ts';
import { Figures } from '../figures/figures.ts';
import { exposition, prometheusName } from './exposition.ts';

test('figures are told as Prometheus reads them', () => {
  const figures = new Figures();
  figures.add('km.messages.size', { server: 'a "b"\\\n', direction: 'c2s' }, 3);
  figures.set('run', 'km.sessions.open', { server: 's' }, 1);
  figures.set('other run', 'km.sessions.open', { server: 's' }, 1);
  for (const seconds of [0.01, 0.011, 400])
    figures.time('mcp.server.session.duration', { 'error.type': 'signal' }, seconds);
  const lines = exposition(figures.snapshot()).split('\n');
  expect(lines.slice(0, 6)).toEqual([
    '# HELP km_messages_size_bytes_total Length of these lines.',
    '# TYPE km_messages_size_bytes_total counter',
    'km_messages_size_bytes_total{server="a \\"b\\"\\\\\\n",direction="c2s"} 3',
    '# HELP km_sessions_open Sessions that go on.',
    '# TYPE km_sessions_open gauge',
    'km_sessions_open{server="s"} 2',
  ]);
  const name = 'mcp_server_session_duration_seconds';
  expect(lines.slice(8, 11)).toEqual([
    `${name}_bucket{error_type="signal",le="0.01"} 1`,
    `${name}_bucket{error_type="signal",le="0.02"} 2`,
    `${name}_bucket{error_type="signal",le="0.05"} 2`,
  ]);
  expect(lines.slice(21)).toEqual([
    `${name}_bucket{error_type="signal",le="300"} 2`,
    `${name}_bucket{error_type="signal",le="+Inf"} 3`,
    `${name}_sum{error_type="signal"} 400.021`,
    `${name}_count{error_type="signal"} 3`,
    '',
  ]);
});

test('no two figures have the same name in Prometheus', () => {
  const names = Object.entries(catalogue).map(([name, kind]) => prometheusName(name, kind));
  expect(new Set(names).size).toBe(names.length);
});
