/** What a person may be in an organisation. */
export const roles = ['owner', 'admin', 'analyst', 'viewer'] as const;
export type Role = (typeof roles)[number];

/** Whoever may ask something: a person by role, or `km`, which an API key let in. */
export type Caller = Role | 'km';

/**
 * Who may do what. The only table: the server checks by it, the OpenAPI document tells it, and a test walks every operation
 * with every caller.
 */
export const permissions = {
  'events:write': ['km'],
  'risk:analyze': ['km'],
  'policy:fetch': ['km'],
  'account:read': ['km', 'owner', 'admin', 'analyst', 'viewer'],
  'analytics:read': ['owner', 'admin', 'analyst', 'viewer'],
  'sessions:read': ['owner', 'admin', 'analyst'],
  'findings:read': ['owner', 'admin', 'analyst', 'viewer'],
  'findings:write': ['owner', 'admin', 'analyst'],
  'policies:read': ['owner', 'admin', 'analyst', 'viewer'],
  'policies:write': ['owner', 'admin'],
  'keys:read': ['owner', 'admin'],
  'keys:write': ['owner', 'admin'],
  'members:read': ['owner', 'admin', 'analyst', 'viewer'],
  'members:write': ['owner', 'admin'],
  'organisation:read': ['owner', 'admin', 'analyst', 'viewer'],
  'organisation:write': ['owner'],
  'devices:approve': ['owner', 'admin', 'analyst', 'viewer'],
  'audit:read': ['owner', 'admin'],
} as const satisfies Record<string, readonly Caller[]>;
export type Permission = keyof typeof permissions;

export function may(caller: Caller, permission: Permission): boolean {
  return (permissions[permission] as readonly Caller[]).includes(caller);
}

/** A person may only give, change or take away what stands below themselves; an owner may do so with every role. */
export function mayManage(caller: Role, role: Role): boolean {
  return caller === 'owner' || (caller === 'admin' && roles.indexOf(role) > roles.indexOf('admin'));
}
