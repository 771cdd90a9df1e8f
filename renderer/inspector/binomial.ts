/**
 * The chance of at least `correct` right answers in `trials` by guessing between two: P(K ≥ correct | n = trials, p = ½),
 * the one-sided binomial test. The sum of binomial coefficients is computed in whole numbers of any size, so that
 * nothing is rounded before the end.
 */
export function chanceOfGuessing(correct: number, trials: number): number {
  if (!Number.isInteger(correct) || !Number.isInteger(trials) || trials < 0)
    throw new RangeError(`Expected whole numbers of answers, but received ${correct} of ${trials}`);
  if (correct <= 0) return 1;
  if (correct > trials) return 0;
  let ways = 0n;
  let coefficient = 1n;
  for (let right = trials; right >= correct; right--) {
    ways += coefficient;
    // C(n, k - 1) = C(n, k) · k / (n - k + 1)
    coefficient = (coefficient * BigInt(right)) / BigInt(trials - right + 1);
  }
  return overPowerOfTwo(ways, trials);
}

/** `value / 2 ** power`, to the last bit that a double has, where both are far beyond it. */
function overPowerOfTwo(value: bigint, power: number): number {
  const bits = value.toString(2).length;
  const surplus = Math.max(0, bits - 64);
  return Number(value >> BigInt(surplus)) * 2 ** (surplus - power);
}
