/** What one look has found. `note`: worth knowing, and nothing is wrong. */
export interface Check {
  readonly name: string;
  readonly state: 'good' | 'note' | 'wrong';
  readonly says: string;
  /** What to do about it. */
  readonly fix?: string;
}

export const good = (name: string, says: string): Check => ({ name, state: 'good', says });
export const note = (name: string, says: string, fix?: string): Check => made(name, 'note', says, fix);
export const wrong = (name: string, says: string, fix?: string): Check => made(name, 'wrong', says, fix);

function made(name: string, state: Check['state'], says: string, fix: string | undefined): Check {
  return { name, state, says, ...(fix !== undefined && { fix }) };
}
