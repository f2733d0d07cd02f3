const FACTOR = 8;

/** Where time is in proportion to size, `growth` is near 8; where it is to the square of it, near 64. */
export const PROPORTIONAL = 24;

const MOST_TRIES = 15;

/**
 * How much longer the processor works for an input of eight times the size, whatever else the machine does meanwhile. Of
 * several tries, the shortest count: as many as it takes to see that it is in proportion, up to a number that leaves no
 * doubt.
 */
export function growth(run: (size: number) => void, size: number): number {
  const timeOf = (count: number): number => {
    const start = process.cpuUsage();
    run(count);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  run(size);
  let [short, long] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let tries = 0; tries < MOST_TRIES && (tries < 3 || long / short >= PROPORTIONAL); tries += 1) {
    short = Math.min(short, timeOf(size));
    long = Math.min(long, timeOf(FACTOR * size));
  }
  return long / short;
}
