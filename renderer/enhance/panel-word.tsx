import { useTranslation } from "react-i18next";
import { count } from "../format.ts";
import { reasonOf } from "../notice-store.ts";
import { isRestoring } from "./models.ts";
import type { Held } from "./panel-state.ts";
import type { PlanFacts } from "./plan-store.ts";
import { LEAST_EDGE_PX, MOST_EDGE_PX } from "./recipe.ts";

interface PanelWordProps {
  readonly id: string;
  readonly held: Held | undefined;
  readonly facts: PlanFacts;
  readonly model: string;
}

/** The sentence above the button: why it is held back, else what would be better. Its room is always kept free. */
export function PanelWord({ id, held, facts, model }: PanelWordProps) {
  const { t } = useTranslation("enhance");
  const reason = useHeldReason(held, facts.failure?.code);
  const worn = isRestoring(model) ? 0 : (facts.plan?.worn ?? 0);
  const isBad = held === "room" || held === "plan" || held === "size";
  const tone = isBad ? "bad" : reason === undefined && worn > 0 ? "advice" : "plain";
  return (
    <p className="panel-word" id={id} data-tone={tone}>
      {reason ?? (worn > 0 && t("adviceWorn", { count: worn }))}
    </p>
  );
}

function useHeldReason(held: Held | undefined, failure: string | undefined): string | undefined {
  const { t } = useTranslation("enhance");
  switch (held) {
    case "nothing":
      return t("heldNothing");
    case "size":
      return t("heldSize", { least: count(LEAST_EDGE_PX), most: count(MOST_EDGE_PX) });
    case "room":
      return t("heldRoom");
    case "done":
      return t("heldDone");
    case "plan":
      return t("heldPlan", { reason: reasonOf(failure ?? "INTERNAL") });
    case "busy":
    case undefined:
      return undefined;
    default:
      return held satisfies never;
  }
}
