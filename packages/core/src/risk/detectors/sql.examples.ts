import type { Examples } from '../detector.ts';

export const sqlExamples: Examples = {
  caught: [
    { surface: 'sql', text: 'DROP TABLE customers;' },
    { surface: 'sql', text: 'drop /* tidy up */ database if exists shop' },
    { surface: 'sql', text: 'DELETE FROM orders' },
    { surface: 'sql', text: "DELETE FROM orders WHERE 'a' = 'a'" },
    { surface: 'sql', text: 'UPDATE accounts SET balance = 0 WHERE 1=1' },
    { surface: 'sql', text: 'TRUNCATE audit_log' },
    { surface: 'sql', text: 'ALTER TABLE users DROP COLUMN email' },
    { surface: 'sql', text: 'SELECT 1; DROP SCHEMA public CASCADE' },
    { surface: 'sql', text: "COPY cmd_out FROM PROGRAM 'id'" },
    { surface: 'sql', text: "EXEC xp_cmdshell 'whoami'" },
    { surface: 'sql', text: "SELECT load_file('/etc/hosts')" },
    { surface: 'sql', text: "GRANT ALL PRIVILEGES ON *.* TO 'bob'@'%'" },
    { surface: 'sql', text: "SELECT * FROM users WHERE name = '' OR '1'='1'" },
    { surface: 'tool_args', key: 'query', tool: 'query_database', text: 'with old as (select 1) delete from invoices' },
    { surface: 'tool_args', key: 'name', tool: 'find_customer', text: "Ann'; DROP TABLE customers; --" },
    { surface: 'tool_args', key: 'id', tool: 'get_order', text: '7 UNION SELECT name, secret FROM accounts' },
  ],
  innocent: [
    { surface: 'sql', text: 'DELETE FROM orders WHERE id = 1' },
    { surface: 'sql', text: "UPDATE accounts SET note = 'drop table' WHERE id = 4" },
    { surface: 'sql', text: "SELECT 'DELETE FROM x' AS example, count(*) FROM logs" },
    { surface: 'sql', text: 'SELECT a FROM t UNION SELECT b FROM u ORDER BY 1' },
    { surface: 'sql', text: 'DROP TEMPORARY TABLE scratch' },
    { surface: 'sql', text: 'CREATE TABLE IF NOT EXISTS deleted_items (id int, dropped_at timestamp)' },
    { surface: 'sql', text: "INSERT INTO notes (body) VALUES ('-- nothing; here')" },
    {
      surface: 'sql',
      text: 'SELECT truncate(price, 2), replace(name, $1, $2) FROM goods WHERE sold = true OR stock = 0',
    },
    { surface: 'sql', text: 'ALTER TABLE users ADD COLUMN age int DEFAULT 0' },
    { surface: 'sql', text: 'SELECT update_time FROM jobs WHERE state IN (1, 2) LIMIT 10' },
    { surface: 'tool_args', key: 'query', tool: 'search', text: 'select a nice table and drop it at the shop' },
    { surface: 'tool_args', key: 'name', tool: 'find_customer', text: "Siobhan O'Brien-Union" },
  ],
};
