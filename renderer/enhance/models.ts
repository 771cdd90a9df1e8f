import type { ModelCard } from "../../preload/contract.ts";

/** The models that the catalogues of text have a name and a sentence for. */
export const DESCRIBED_MODELS = [
  "auto",
  "silvergrain-x4",
  "srgan-x4",
  "srresnet-x4",
  "realesr-general-x4v3",
  "realesrgan-x4plus",
  "realesr-animevideov3-x2",
  "realesr-animevideov3-x3",
  "realesr-animevideov3-x4",
  "realesrgan-x4plus-anime",
] as const;
export type DescribedModel = (typeof DESCRIBED_MODELS)[number];

/** The choice that looks at every photo. */
export const AUTO = "auto";

/** What `auto` takes for photos that are in good order, which most are. */
const AUTO_SHOWS = "silvergrain-x4";

const RESTORING: readonly string[] = [AUTO, "realesr-general-x4v3", "realesrgan-x4plus"];

export function isDescribed(id: string): id is DescribedModel {
  return DESCRIBED_MODELS.some((each) => each === id);
}

/** Whether a model cleans what is compressed or noisy, so that no advice is called for. */
export function isRestoring(id: string): boolean {
  return RESTORING.includes(id);
}

/** What a choice of model means for the panel. */
export interface ModelChoice {
  readonly id: string;
  readonly hasRealism: boolean;
  readonly scale: number | undefined;
  /** The model whose sample pictures are shown. */
  readonly sample: string | undefined;
}

/** What the chosen model has; one that is gone from the catalogue has nothing. */
export function modelChoice(models: readonly ModelCard[], id: string): ModelChoice {
  const shown = models.find((each) => each.id === (id === AUTO ? AUTO_SHOWS : id));
  return {
    id,
    hasRealism: shown?.hasRealism ?? false,
    scale: shown?.scale,
    sample: shown?.hasSample ? shown.id : undefined,
  };
}

/** The address of a model's sample picture, at the page's own origin. */
export function sampleUrl(id: string, half: "before" | "after"): string {
  return `/samples/${encodeURIComponent(id)}-${half}.webp`;
}
