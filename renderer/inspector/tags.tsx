import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { useShallow } from "zustand/shallow";
import { settingsStore } from "../settings-store.ts";
import { type InspectorFacts, inspectorStore } from "./inspector-store.ts";
import { slotsOf } from "./shown.ts";
import { useShownName } from "./shown-name.ts";

/** What is seen where: in the corners of the stage, or of its panes. */
export function Tags(): ReactNode {
  const tags = useStore(inspectorStore, useShallow(tagsOf));
  return (
    <div className="tags" aria-live="polite">
      {tags.map((tag) => (
        <Tag key={tag} tag={tag} />
      ))}
    </div>
  );
}

/** Names of tags, each with the corner that it is in: “before left” … */
export function tagsOf(facts: InspectorFacts): readonly string[] {
  const { mode, showsBefore, blinkPhase, inspection, blindTest } = facts;
  if (inspection === undefined) return [];
  if (blindTest !== undefined) return [`blind-${blindTest.looksAt} left`];
  if (showsBefore && mode !== "slots") return ["before left"];
  switch (mode) {
    case "original":
      return ["original left"];
    case "result":
      return ["after left"];
    case "blink":
      return [`${blinkPhase} left`];
    case "difference":
      return ["difference left"];
    case "split":
      return facts.divider.angle === 90 ? ["before left", "after lower"] : ["before left", "after right"];
    case "side":
      return ["before left", "after middle"];
    case "stacked":
      return ["before left", "after half"];
    case "slots":
      return slotsOf(facts).map((_, i, all) => `slot-${i} of-${all.length}`);
  }
}

function Tag({ tag }: { readonly tag: string }): ReactNode {
  const { t } = useTranslation("inspector");
  const [what = "", where = ""] = tag.split(" ");
  const baseline = useStore(settingsStore, (state) => state.settings.baseline);
  const slot = what.startsWith("slot-") ? Number(what.slice(5)) : undefined;
  const name = useShownName(slot);
  const words = () => {
    if (slot !== undefined || what === "after") return name;
    if (what === "before") return t("tagBefore", { baseline: t(`baseline_${baseline}`) });
    if (what === "original") return t("original");
    if (what === "difference") return t("tagDifference");
    return what.slice(-1).toUpperCase();
  };
  const place = slot === undefined ? where : `${where} at-${slot}`;
  return <span className={`tag ${place}`}>{words()}</span>;
}
