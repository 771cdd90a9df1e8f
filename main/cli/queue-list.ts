import { assertNever } from "../core/errors.ts";
import { JOB_STATES } from "../core/job.ts";
import { describeDuration } from "../core/progress.ts";
import type { Batch } from "../queue/batches.ts";
import type { Job } from "../queue/job-row.ts";
import type { QueueAnswer, QueueRequest } from "../queue/verbs.ts";
import { oneLine, say } from "./say.ts";

/** Shows an answer of the queue to people. */
export function sayAnswer(request: QueueRequest, answer: QueueAnswer, target: string): void {
  switch (request.verb) {
    case "list":
      sayList(answer, target);
      return;
    case "pause":
      say(answer.working ? "Paused at the next tile." : "Paused. Nobody works here at the moment.");
      return;
    case "resume":
      if (answer.paused) say(`The whole queue is paused. To go on: silvergrain queue resume ${target}`);
      else say("Going on.");
      return;
    case "retry":
      say(
        `${photos(answer.changed)} queued again.${answer.working || answer.changed === 0 ? "" : ` To do them: silvergrain queue resume ${target}`}`,
      );
      return;
    case "cancel":
      say(`${photos(answer.changed)} cancelled.`);
      return;
    case "clear":
      say(`${photos(answer.changed)} taken off the list.`);
      return;
    case "move":
      say(`${photos(answer.changed)} moved to the front.`);
      return;
    case "report":
      return;
    default:
      assertNever(request);
  }
}

function sayList({ batches, jobs, paused, working, msLeft }: QueueAnswer, target: string): void {
  if (batches.length === 0) {
    say(working ? "A batch is being planned." : "The queue is empty.");
    return;
  }
  const waits = batches.some(({ jobs: { queued, running } }) => queued + running > 0);
  const idle = waits ? `nobody works here; to go on: silvergrain queue resume ${target}` : "nothing waits";
  const state = paused ? "paused" : working ? "working" : idle;
  say(`${state}${msLeft === undefined || msLeft === 0 ? "" : `, about ${describeDuration(msLeft)} left`}`);
  for (const batch of batches) say(batchLine(batch));
  if (jobs.length > 0) say("");
  const width = Math.max(...jobs.map(({ id }) => String(id).length), 1);
  for (const job of jobs) {
    say(`${String(job.id).padStart(width)}  ${stateOf(job).padEnd(14)} ${oneLine(job.place)}`);
    if (job.error !== undefined) say(`${" ".repeat(width + 2)}${job.error.message} [${job.error.code}]`);
  }
  const total = batches.reduce((sum, each) => sum + JOB_STATES.reduce((count, name) => count + each.jobs[name], 0), 0);
  if (jobs.length > 0 && jobs.length < total) say(`(${jobs.length} of ${total}; --limit and --state show others)`);
}

function batchLine({ id, name, jobs, paused, held, share }: Batch): string {
  const counts = JOB_STATES.filter((state) => jobs[state] > 0).map((state) => `${jobs[state]} ${state}`);
  const stopped = held !== undefined ? `  held: ${held.message}` : paused ? "  paused" : "";
  return `batch ${id}  ${oneLine(name)}  ${Math.floor(share * 100)} %  ${counts.join(", ")}${stopped}`;
}

function stateOf({ state, tilesDone, tilesTotal, deaths }: Job): string {
  const isUnderWay = (state === "running" || state === "queued") && tilesTotal > 0;
  const progress = isUnderWay ? ` ${Math.floor((tilesDone / tilesTotal) * 100)} %` : "";
  return `${state}${progress}${deaths > 0 && state === "queued" ? " again" : ""}`;
}

function photos(count: number): string {
  return `${count} photo${count === 1 ? "" : "s"}`;
}
