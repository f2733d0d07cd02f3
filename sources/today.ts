import { UserError } from "../errors/user-error.ts";
/**
 * Today as an ISO date in UTC. It is an input: SOURCE_DATE_EPOCH, seconds since 1970, or else the clock.
 * Findings depend on it (retirement, expiry, `until`), what is synthesized never does.
 * https://reproducible-builds.org/docs/source-date-epoch/
 */
export function today(): string {
  const epoch = process.env.SOURCE_DATE_EPOCH;
  const date = epoch === undefined || epoch === "" ? new Date() : new Date(Number(epoch) * 1000);
  if ((epoch && !/^\d+$/.test(epoch)) || Number.isNaN(date.getTime()))
    throw new UserError(`SOURCE_DATE_EPOCH is ${JSON.stringify(epoch)}: give whole seconds since 1970`);
  return date.toISOString().slice(0, 10);
}
