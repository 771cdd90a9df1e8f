import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import { useShallow } from "zustand/shallow";
import { type InspectorFacts, inspectorStore } from "./inspector-store.ts";
import { isUpright } from "./panes.ts";
import { useShownName } from "./shown-name.ts";

/** What is seen where: in the corners of the stage, or of its panes. */
export function Tags(): ReactNode {
  const tags = useStore(inspectorStore, useShallow(tagsOf));
  return (
    <div data-part="tags" aria-live="polite">
      {tags.map((tag) => (
        <Tag key={tag} tag={tag} />
      ))}
    </div>
  );
}

/** Names of tags, each with the pane and the corner that it is in: “before 0 left” … */
export function tagsOf(facts: InspectorFacts): readonly string[] {
  const { mode, showsBefore, blinkPhase, inspection, blindTest, divider } = facts;
  if (inspection === undefined) return [];
  if (blindTest !== undefined) return [`blind-${blindTest.looksAt} 0 left`];
  if (showsBefore && mode !== "slots") return ["before 0 left"];
  switch (mode) {
    case "original":
      return ["original 0 left"];
    case "result":
      return ["after 0 left"];
    case "blink":
      return [`${blinkPhase} 0 left`];
    case "difference":
      return ["difference 0 left"];
    case "split":
      return ["before 0 left", isUpright(divider) ? "after 0 right" : "after 0 lower"];
    case "side":
    case "stacked":
      return ["before 0 left", "after 1 left"];
    case "slots":
      return facts.slots.map((_, i) => `slot-${i} ${i} left`);
  }
}

function Tag({ tag }: { readonly tag: string }): ReactNode {
  const { t } = useTranslation("inspector");
  const [what = "", pane, corner] = tag.split(" ");
  const name = useShownName();
  const slot = what.startsWith("slot-") ? Number(what.slice(5)) : undefined;
  const inspection = useStore(inspectorStore, (state) => state.inspection);
  const after = useStore(inspectorStore, (state) => state.after);
  const inSlot = useStore(inspectorStore, (state) => (slot === undefined ? undefined : state.slots[slot]));
  const latest = inspection?.results[0];
  const words = () => {
    if (inSlot !== undefined) return name(inSlot, inspection);
    if (what === "before") return name({ kind: "original" }, inspection);
    if (what === "original") return t("mode.original");
    if (what === "difference") return t("mode.difference");
    if (what !== "after") return what.slice(-1).toUpperCase();
    return after === undefined && latest !== undefined
      ? name({ kind: "result", key: latest.key }, inspection)
      : name(after ?? { kind: "original" }, inspection);
  };
  return (
    <span className="tag" data-pane={pane} data-corner={corner}>
      {words()}
    </span>
  );
}
