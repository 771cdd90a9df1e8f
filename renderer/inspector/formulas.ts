/**
 * The figures of trust in symbols: S is the source, R the result, D makes a picture as small as the source, F and G are the
 * results of the faithful and the realistic model, c is a square with n px, i its px in each of three channels, t the threshold.
 */
export const SYMBOLS = {
  source: "d(c) = 1 ∕ 3n · Σ |D(R)ᵢ − Sᵢ|",
  models: "d(c) = 1 ∕ 3n · Σ |D(F)ᵢ − D(G)ᵢ|",
  agrees: "#{ c : d(c) ≤ t } ∕ #{ c }",
} as const;
