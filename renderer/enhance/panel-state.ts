import type { EnhancePlan } from "../../preload/contract.ts";

/** What the panel knows when it decides what its button does. */
export interface PanelFacts {
  readonly photos: number;
  readonly isSizeValid: boolean;
  readonly target: string | undefined;
  readonly plan: EnhancePlan | undefined;
  /** Code of the failure that came instead of a plan. */
  readonly planFailure: string | undefined;
  /** An enhance is being handed over. */
  readonly isBusy: boolean;
}

/** Why the button is held back. `busy` lasts for a moment only and needs no words. */
export type Held = "nothing" | "size" | "plan" | "room" | "done" | "busy";

export interface PanelState {
  readonly action: "enhance" | "choose-and-enhance";
  readonly held: Held | undefined;
}

/** What the button does, and whether it may. A plan that is still on its way holds nothing back. */
export function panelState(facts: PanelFacts): PanelState {
  return { action: facts.target === undefined ? "choose-and-enhance" : "enhance", held: heldBy(facts) };
}

function heldBy({ photos, isSizeValid, target, plan, planFailure, isBusy }: PanelFacts): Held | undefined {
  if (photos === 0) return "nothing";
  if (!isSizeValid) return "size";
  if (planFailure !== undefined) return "plan";
  if (plan?.todo === 0) return "done";
  // Without a folder it is not known yet which disk the results go to.
  if (target !== undefined && plan !== undefined && !fits(plan)) return "room";
  return isBusy ? "busy" : undefined;
}

/** What results and working files take together, in bytes. */
export function spaceNeeded({ outputBytes, workingBytes }: EnhancePlan): number {
  return outputBytes + workingBytes;
}

/** Whether the disk holds what the plan needs; where its free space is not known, it is taken to. */
export function fits(plan: EnhancePlan): boolean {
  return plan.freeBytes === undefined || spaceNeeded(plan) <= plan.freeBytes;
}
