import type { Examples } from '../detector.ts';

export const personalExamples: Examples = {
  caught: [
    { surface: 'pii_text', text: 'Write to anna.berg@example.org' },
    { surface: 'pii_text', text: 'My card is 4111 1111 1111 1111' },
    { surface: 'pii_text', text: 'GB82 WEST 1234 5698 7654 32' },
    { surface: 'pii_text', text: 'SSN 536-90-4399' },
    { surface: 'pii_text', text: 'Call +44 20 7946 0958' },
    { surface: 'pii_text', text: 'Steuer-ID 86095742719' },
    { surface: 'pii_text', text: 'X1234567L' },
    { surface: 'pii_text', text: 'PESEL 44051401359' },
    { surface: 'pii_text', text: 'AB 12 34 56 C' },
    { surface: 'pii_text', text: '0x52908400098527886E0F7030069857D2E4169EE7' },
    { surface: 'pii_text', text: 'passport AB1234567' },
    { surface: 'pii_text', text: 'personnummer 811228-9874' },
  ],
  innocent: [
    { surface: 'pii_text', text: 'It took 1234 ms on 2024-05-06.' },
    { surface: 'pii_text', text: '4111 1111 1111 1112' },
    { surface: 'pii_text', text: 'GB00 WEST 1234 5698 7654 32' },
    { surface: 'pii_text', text: '000-12-3456' },
    { surface: 'pii_text', text: 'PESEL 44051401358' },
    { surface: 'pii_text', text: 'v1.2.3 and node@20' },
    { surface: 'pii_text', text: 'X1234567A' },
    { surface: 'tool_result', text: '{"id": 1718000000123, "size": 44051401359}' },
    { surface: 'tool_result', text: 'Contact anna.berg@example.org or +44 20 7946 0958.' },
    { surface: 'tool_args', text: 'anna.berg@example.org', key: 'to' },
    { surface: 'tool_args', text: '9fceb02d0ae598e95dc970b74767f19372d61af8', key: 'commit' },
  ],
};
