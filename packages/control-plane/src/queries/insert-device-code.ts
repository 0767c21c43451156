import type { Sql } from '../database/db.ts';

interface NewDeviceCode {
  readonly hash: Uint8Array;
  readonly userCode: string;
  readonly clientName: string | null;
  readonly address: string;
  /** ISO 8601. */
  readonly askedAt: string;
  readonly expiresAt: string;
  readonly intervalSeconds: number;
}

export async function insertDeviceCode(sql: Sql, code: NewDeviceCode): Promise<void> {
  const { hash, userCode, clientName, address, askedAt, expiresAt, intervalSeconds } = code;
  await sql.query(
    `insert into device_codes (code_hash, user_code, client_name, address, asked_at, expires_at, interval_seconds)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [hash, userCode, clientName, address, askedAt, expiresAt, intervalSeconds],
  );
}
