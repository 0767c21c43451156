/** A policy to start from. `project`: one that comes with a folder, and can only tighten. */
export function policyTemplate(origin: 'user' | 'project'): string {
  return `# Rules for what passes through km. Check them with: km policy check
# Try them on what is on record with: km policy test --since 7d
version: 1

# first-match: the first rule that fits decides. most-severe: the most severe of all that fit.
order: first-match

${origin === 'project' ? projectHead : userHead}
rules:
  - name: no-dropped-tables
    when: has(args.sql) && rx(args.sql, "(?i)\\\\bdrop\\\\s+table\\\\b")
    action: block
    reason: Tables are changed by migrations only.
    # What holds when the rule cannot be evaluated, for instance because sql is no text.
    on_failure: block

  - name: ask-before-push
    when: has(args.command) && args.command.contains("git push")
    action: ask
    reason: A push leaves this machine.

tests:
  - name: a dropped table is stopped
    message: { method: tools/call, params: { name: query, arguments: { sql: "DROP TABLE users" } } }
    expect: block
    rule: ${origin === 'project' ? 'project/' : ''}no-dropped-tables
  - name: a read passes
    message: { method: tools/call, params: { name: query, arguments: { sql: "SELECT 1" } } }
    expect: allow
`;
}

const userHead = `# What is done where no rule fits; without it risk_analysis.preset of the configuration.
# preset: strict
`;

const projectHead = `# The rules of a project can only tighten what the user's own policy says: the more severe of both holds.
# preset: strict
`;
