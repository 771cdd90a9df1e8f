/** A double holds two to the power of this, and with it every number of ways. */
const MOST = 1023;

/**
 * The chance of at least `correct` right answers in `trials` by guessing between two: P(K ≥ correct | n = trials, p = ½),
 * the one-sided binomial test. The sum of binomial coefficients is computed in whole numbers of any size, so that
 * nothing is rounded before the end. @throws RangeError for what is no count of answers
 */
export function chanceOfGuessing(correct: number, trials: number): number {
  if (!Number.isInteger(correct) || !Number.isInteger(trials) || trials < 0 || trials > MOST)
    throw new RangeError(`Expected whole numbers of answers, ${MOST} at most, but received ${correct} of ${trials}`);
  if (correct <= 0) return 1;
  if (correct > trials) return 0;
  let ways = 0n;
  let coefficient = 1n;
  for (let right = trials; right >= correct; right--) {
    ways += coefficient;
    // C(n, k - 1) = C(n, k) · k / (n - k + 1)
    coefficient = (coefficient * BigInt(right)) / BigInt(trials - right + 1);
  }
  return Number(ways) / 2 ** trials;
}
