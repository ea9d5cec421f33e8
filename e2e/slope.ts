/** What grows: the least-squares line through the later part of a series. */

/** The first quarter fills what is bounded. */
const WARM_UP = 0.25;

interface Point {
  readonly day: number;
  readonly value: number;
}

/** @returns growth a day after the warm-up; 0 for fewer than three points. */
export const slopePerDay = (points: readonly Point[]): number => {
  const end = points.at(-1)?.day ?? 0;
  const late = points.filter(({ day }) => day >= end * WARM_UP);
  if (late.length < 3) return 0;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanDay, meanValue] = [mean(late.map(({ day }) => day)), mean(late.map(({ value }) => value))];
  const spread = late.reduce((sum, { day }) => sum + (day - meanDay) ** 2, 0);
  const common = late.reduce((sum, { day, value }) => sum + (day - meanDay) * (value - meanValue), 0);
  return spread === 0 ? 0 : common / spread;
};
