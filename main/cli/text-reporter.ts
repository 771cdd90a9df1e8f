import { MultiBar, type SingleBar } from "cli-progress";
import { type EnhanceProgress, NOTE_SENTENCES } from "../core/enhance.ts";
import { assertNever } from "../core/errors.ts";
import { describeSize } from "../core/geometry.ts";
import { describeBytes, describeDuration } from "../core/progress.ts";
import { FLAG_SENTENCES } from "../core/self-check.ts";
import type { SkipReason } from "../queue/plan.ts";
import type { WaitReason } from "../queue/queue-event.ts";
import type { BatchSummary, PlanSummary, Reporter } from "./reporter.ts";
import { printable } from "./say.ts";

/** Where text goes. */
export interface TextOutput {
  readonly stream: NodeJS.WriteStream;
  readonly isTerminal: boolean;
}

/** Whole lines, and on a terminal two bars below them: the photo and the batch. */
export function textReporter({ stream, isTerminal }: TextOutput): Reporter {
  const bars = isTerminal ? new Bars(stream) : undefined;
  const say = (line: string) => {
    const shown = printable(line);
    if (bars?.isShown === true) bars.log(shown);
    else stream.write(`${shown}\n`);
  };
  let finished = 0;
  const ended = () => {
    // What failed while the plan was made is not among the photos that the batch counts.
    if (bars?.isShown !== true) return;
    finished++;
    bars.finishPhoto(finished);
  };
  return {
    planning: (photos) => {
      if (photos > 200) say(`Looking at ${photos} photos …`);
    },
    plan: (plan) => {
      const total = plan.todo.length;
      for (const line of planLines(plan)) say(line);
      if (!plan.dryRun && total > 0) bars?.begin(total);
    },
    resuming: (photos, target) => {
      say(`Going on with ${count(photos, "photo")} in ${target}`);
      bars?.begin(photos);
    },
    progress: (planned, progress, { batchMs }) => bars?.progress(planned.photo.place, progress, batchMs),
    done: (planned, result) => {
      const size = `${describeSize(planned.header.size)} → ${describeSize(result)}`;
      const time =
        result.inferenceMs === undefined
          ? ""
          : `, ${describeDuration(result.inferenceMs)} on ${result.device ?? "this machine"}`;
      const facts = `${size}, ${describeBytes(result.bytes)}${time}`;
      say(`${result.flags.length > 0 ? "!" : "✓"} ${planned.output}  ${facts}`);
      for (const note of result.notes) say(`    ${NOTE_SENTENCES[note]}`);
      for (const flag of result.flags) say(`    Look at this one: ${FLAG_SENTENCES[flag]}.`);
      ended();
    },
    skipped: ({ photo, reason, flags }) => {
      if (flags.length > 0)
        say(`! ${photo.place}  done before, and flagged: ${flags.map((flag) => FLAG_SENTENCES[flag]).join("; ")}`);
      else say(`– ${photo.place}  ${skipSentence(reason)}`);
    },
    failed: (path, error) => {
      say(`✗ ${path}\n    ${error.message} [${error.code}]`);
      ended();
    },
    putBack: (source, code) => {
      if (code === "ENGINE_DIED" || code === "ENGINE_HUNG")
        say(`  ${source}  the engine ended over it; it gets one more try, by itself and with smaller tiles`);
    },
    cancelled: (source) => {
      say(`– ${source}  cancelled`);
      ended();
    },
    waiting: (reason, target) => {
      if (reason === "paused") say(`Paused. To go on, in another terminal: silvergrain queue resume ${target}`);
      else if (reason !== undefined) say(WAIT_SENTENCES[reason]);
    },
    handedOver: (target, { photos, skipped, failed, paused }) => {
      const facts = [
        ...(skipped > 0 ? [`${skipped} skipped`] : []),
        ...(failed > 0 ? [`${failed} failed already, see there`] : []),
      ];
      const rest = facts.length > 0 ? `; ${facts.join(", ")}` : "";
      say(`Another Silvergrain is working in ${target}. It has taken ${count(photos, "photo")} more${rest}.`);
      if (paused) say(`  It is paused. To go on: silvergrain queue resume ${target}`);
    },
    summary: (summary) => {
      bars?.end();
      stream.write(`${summaryLine(summary)}\n`);
      if (summary.failed + summary.flagged > 0)
        for (const path of summary.reports) stream.write(`${printable(`  ${path}`)}\n`);
    },
    close: () => bars?.end(),
  };
}

const WAIT_SENTENCES: Readonly<Record<Exclude<WaitReason, "paused">, string>> = {
  "disk-full": "The disk is full. Waiting for room; Ctrl-C stops, and what is done stays done.",
  battery: "On battery. Waiting for mains.",
};

function skipSentence(reason: SkipReason): string {
  switch (reason) {
    case "done":
      return "done before";
    case "large-enough":
      return "already as large as asked for";
    default:
      return assertNever(reason);
  }
}

function planLines(plan: PlanSummary): readonly string[] {
  const { cost, device, todo } = plan;
  const lines = [
    `${count(todo.length, "photo")} to enhance into ${plan.target} with ${plan.model}${device === undefined ? "" : ` on ${device.device}`}`,
  ];
  const facts: string[] = [];
  if (cost.ms !== undefined && todo.length > 0) facts.push(`about ${describeDuration(cost.ms)}`);
  if (todo.length > 0)
    facts.push(`about ${describeBytes(cost.outputBytes)}, and up to ${describeBytes(cost.workingBytes)} while working`);
  if (plan.skipped > 0) facts.push(`${plan.skipped} skipped`);
  if (plan.ignored > 0)
    facts.push(`${count(plan.ignored, "file")} that ${plan.ignored === 1 ? "is" : "are"} not a photo left aside`);
  if (facts.length > 0) lines.push(`  ${facts.join("; ")}`);
  if (plan.advice !== undefined) lines.push(`  ${plan.advice}`);
  if (plan.dryRun)
    for (const item of todo)
      lines.push(
        `  ${item.photo.place} → ${item.output}  ${describeSize(item.header.size)} → ${describeSize(item.target)}`,
      );
  const needed = cost.outputBytes + cost.workingBytes;
  if (cost.freeBytes !== undefined && needed > cost.freeBytes) {
    lines.push(
      `  The disk may be too small: about ${describeBytes(needed)} are needed and ${describeBytes(cost.freeBytes)} are free.`,
    );
  }
  return lines;
}

function summaryLine(summary: BatchSummary): string {
  const parts = [`${summary.done} enhanced`];
  if (summary.skipped > 0) parts.push(`${summary.skipped} skipped`);
  if (summary.flagged > 0) parts.push(`${summary.flagged} to look at`);
  if (summary.failed > 0) parts.push(`${summary.failed} failed`);
  if (summary.waiting > 0) parts.push(`${summary.waiting} still waiting`);
  const end = summary.interrupted ? ". Stopped; run the same command again to go on." : "";
  return `${parts.join(", ")} in ${describeDuration(summary.ms)}${end}`;
}

function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? "" : "s"}`;
}

/** The photo's bar and the batch's, kept below the lines. */
class Bars {
  private readonly bars: MultiBar;
  private photo: SingleBar | undefined;
  private batch: SingleBar | undefined;
  private inferring: string | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.bars = new MultiBar({
      stream,
      format: "{bar} {percentage}%  {what}",
      barsize: 28,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
      emptyOnZero: true,
    });
  }

  get isShown(): boolean {
    return this.batch !== undefined;
  }

  /** @param total photos more */
  begin(total: number): void {
    if (this.batch !== undefined) {
      this.batch.setTotal(this.batch.getTotal() + total);
      return;
    }
    this.photo = this.bars.create(1, 0, { what: "" });
    this.batch = this.bars.create(total, 0, { what: `0 of ${total}` });
  }

  /** Of the photos in hand, the one that is inferred is shown; else whoever spoke last. */
  progress(name: string, progress: EnhanceProgress, msLeft: number | undefined): void {
    if (progress.stage !== "infer" && this.inferring !== undefined && this.inferring !== name) return;
    if (progress.stage === "waiting") return;
    this.inferring = progress.stage === "infer" ? name : undefined;
    this.photo?.setTotal(Math.max(1, progress.tilesTotal));
    this.photo?.update(progress.tilesDone, {
      what: progress.stage === "infer" ? shortName(name) : `${shortName(name)} (${progress.stage})`,
    });
    if (msLeft !== undefined && this.batch !== undefined) {
      this.batch.update({ what: `${this.finished} of ${this.batch.getTotal()}, ${describeDuration(msLeft)} left` });
    }
  }

  finishPhoto(finished: number): void {
    this.finished = finished;
    this.batch?.update(finished, { what: `${finished} of ${this.batch.getTotal()}` });
  }

  log(line: string): void {
    this.bars.log(`${line}\n`);
    this.bars.update();
  }

  end(): void {
    this.bars.stop();
    this.batch = undefined;
  }

  private finished = 0;
}

/** The end of a name, as much as has its place in 48 columns. */
function shortName(place: string): string {
  const characters = [...printable(place.replaceAll("\n", " "))];
  const kept: string[] = [];
  let columns = 0;
  for (const character of characters.toReversed()) {
    columns += WIDE.test(character) ? 2 : 1;
    if (columns > 47) return `…${kept.join("")}`;
    kept.unshift(character);
  }
  return kept.join("");
}

/** What takes two columns in a terminal. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\uff01-\uff60\u3000-\u303f]/u;
