import type { EvaluationMessage } from "../engine/protocol.ts";

/** A candidate's figures, means over the pictures. */
export interface CandidateMeans {
  readonly candidate: string;
  readonly pictures: number;
  /** Missing for the reference itself; null where a picture was equal to it. */
  readonly psnr?: number | null;
  readonly ssim?: number;
  readonly haarPsi?: number;
  /** null where a picture was too small for it. */
  readonly texture?: number | null;
  readonly discriminator: number;
}

/** Means over the pictures, as papers give them. */
export function meansOf(candidate: string, found: readonly EvaluationMessage[]): CandidateMeans {
  const compared = found.flatMap(({ comparison }) => (comparison === undefined ? [] : [comparison]));
  const discriminator = mean(found.map(({ realism }) => realism.score));
  const base = { candidate, pictures: found.length, discriminator };
  if (compared.length === 0) return base;
  return {
    ...base,
    psnr: meanOrNull(compared.map(({ psnr }) => psnr)),
    ssim: mean(compared.map(({ ssim }) => ssim)),
    haarPsi: mean(compared.map(({ haarPsi }) => haarPsi)),
    texture: meanOrNull(compared.map(({ texture }) => texture)),
  };
}

/** The table that people read. */
export function evaluationTable(means: readonly CandidateMeans[]): readonly string[] {
  const width = Math.max(16, ...means.map(({ candidate }) => candidate.length)) + 2;
  const head = `${"".padEnd(width)}${["PSNR", "SSIM", "HaarPSI", "texture", "discriminator"].map((title) => title.padStart(10)).join("  ")}`;
  const rows = means.map(({ candidate, psnr, ssim, haarPsi, texture, discriminator }) => {
    const cells = [
      psnr === undefined ? "" : psnr === null ? "equal" : `${psnr.toFixed(2)} dB`,
      ssim?.toFixed(4) ?? "",
      haarPsi?.toFixed(4) ?? "",
      texture?.toFixed(4) ?? "",
    ].map((cell) => cell.padStart(10));
    return `${candidate.padEnd(width)}${[...cells, discriminator.toFixed(3).padStart(13)].join("  ")}`;
  });
  return [
    head,
    ...rows,
    "PSNR, SSIM: of the luminance, a border of the scale cropped. HaarPSI: perceptual similarity (Reisenhofer et al. 2018).",
    "texture: how far its kind and strength are from the photo's, 0 is alike (sliced Wasserstein, Karras et al. 2018).",
    "discriminator: 0 looks made by the generator, 1 like a photo, as far as it can tell.",
  ];
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === values.length ? mean(numbers) : null;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
