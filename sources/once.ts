/** A getter that computes once. */
export function once<T>(owner: object, name: string, compute: () => T): T {
  const value = compute();
  Object.defineProperty(owner, name, { value, enumerable: true });
  return value;
}
