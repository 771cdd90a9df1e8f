import type { TFunction } from "i18next";
import type { MakerOptions } from "../export/maker.ts";

/** What captions and pages say, in the app's language. */
export function exportText(t: TFunction, language: string): Pick<MakerOptions, "captions" | "page"> {
  return {
    captions: {
      original: t("exportOriginal"),
      unreadable: t("exportUnreadable"),
      baselines: {
        nearest: t("exportNearest"),
        bicubic: t("exportBicubic"),
        lanczos: t("exportLanczos"),
        "as-is": "1:1",
      },
    },
    page: {
      language,
      words: {
        before: t("exportOriginal"),
        after: t("exportEnhanced"),
        // The page fills it in.
        share: t("exportShare", { n: "{n}" }),
        divider: t("exportDivider"),
        stage: t("exportStage"),
        loupe: t("exportLoupe"),
        fit: t("exportFit"),
        photos: t("exportPhotos"),
        previous: t("exportPrevious"),
        next: t("exportNext"),
        pins: t("exportPins"),
        keys: t("exportKeys"),
        failed: t("exportFailed", { name: "{name}" }),
      },
      labels: {
        original: t("exportOriginal"),
        result: t("exportEnhanced"),
        model: t("exportModel"),
        camera: t("exportCamera"),
        taken: t("exportTaken"),
      },
    },
  };
}
