import { useTranslation } from "react-i18next";
import { sampleUrl } from "./models.ts";

/** One crop of the sample picture: its left half before, its right half after. */
export function SamplePicture({ model }: { readonly model: string }) {
  const { t } = useTranslation("enhance");
  return (
    <div className="sample" role="img" aria-label={t("sampleAlt")}>
      <img className="sample-after" src={sampleUrl(model, "after")} alt="" draggable={false} />
      <img className="sample-before" src={sampleUrl(model, "before")} alt="" draggable={false} />
      <span className="sample-line" />
      <span className="sample-name" aria-hidden="true">
        {t("before")}
      </span>
      <span className="sample-name" aria-hidden="true">
        {t("after")}
      </span>
    </div>
  );
}
