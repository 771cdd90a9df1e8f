import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { SYMBOLS } from "./formulas.ts";

/** What the figures of trust are, in words and in symbols. */
export function TrustHelp(): ReactNode {
  const { t } = useTranslation("inspector");
  return (
    <div className="trust-help">
      <h3 className="heading">{t("helpTitle")}</h3>
      <p>{t("helpWhat")}</p>
      <h3 className="heading">{t("trustKinds.source")}</h3>
      <p>{t("helpSource")}</p>
      <code>{SYMBOLS.source}</code>
      <h3 className="heading">{t("trustKinds.models")}</h3>
      <p>{t("helpModels")}</p>
      <code>{SYMBOLS.models}</code>
      <h3 className="heading">{t("agrees")}</h3>
      <p>{t("helpAgrees")}</p>
      <code>{SYMBOLS.agrees}</code>
      <p className="soft">{t("helpLimits")}</p>
    </div>
  );
}
