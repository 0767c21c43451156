import { KmError } from '@kilometers/core/errors.ts';

/** A value as it is shown in an error: cut, and without the password that a URL may carry, for errors end up in logs. */
export function showValue(value: unknown): string {
  const json = JSON.stringify(value).replace(/\/\/[^/@\s"]*@/g, '//[redacted]@');
  return json.length <= 60 ? json : `${json.slice(0, 59)}…`;
}

/** @throws KmError always: what stands there is no object. */
export function refuseSection(where: string, value: unknown): never {
  throw new KmError('config.invalid', `${where} is ${showValue(value)}; it wants an object.`);
}
