/**
 * How much longer a run takes for an input of four times the size: 4 where time is in proportion to size, 16 where it is
 * to the square of it. Of several tries, those that nothing disturbed count.
 */
export function growth(run: (size: number) => void, size: number): number {
  const timeOf = (count: number): number => {
    const start = performance.now();
    run(count);
    return performance.now() - start;
  };
  run(size);
  const times = Array.from({ length: 3 }, () => [timeOf(size), timeOf(4 * size)] as const);
  return Math.min(...times.map(([, long]) => long)) / Math.min(...times.map(([short]) => short));
}
