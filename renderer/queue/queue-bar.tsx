import "./queue-bar.css";
import { Pause, Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { BatchRow, QueueState } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { count, duration } from "../format.ts";
import { tellFailure } from "../notice-store.ts";
import { queueStore } from "../queue-store.ts";
import { type BarState, barState, batchFigures } from "./batch-figures.ts";

interface QueueBarProps {
  readonly onOpenQueue: () => void;
}

/** The bar at the window's foot: the work in hand, or how the last batch ended. */
export function QueueBar({ onOpenQueue }: QueueBarProps) {
  const { t } = useTranslation("queue");
  const queue = useStore(queueStore, (facts) => facts.queue);
  const state = barState(queue);
  return (
    <section className="queue-bar" aria-label={t("bar")}>
      {state.kind === "work" && <Work queue={queue} state={state} onOpenQueue={onOpenQueue} />}
      {state.kind === "over" && (
        <>
          <BatchName batch={state.batch} onOpenQueue={onOpenQueue} />
          <span>{t("done", { count: state.batch.done })}</span>
          <Failed batch={state.batch} onOpenQueue={onOpenQueue} />
        </>
      )}
    </section>
  );
}

const WHY = { disk: "barDisk", battery: "barBattery", paused: "barPaused" } as const;

interface WorkProps extends QueueBarProps {
  readonly queue: QueueState;
  readonly state: Extract<BarState, { readonly kind: "work" }>;
}

function Work({ queue, state, onOpenQueue }: WorkProps) {
  const { t } = useTranslation("queue");
  const { batch, job, isPaused, pauses } = state;
  const { finished, total, fraction } = batchFigures(batch, queue.running);
  const why = isPaused ? t("barPaused") : queue.waiting !== undefined && t(WHY[queue.waiting]);
  const pause = () =>
    ask("pause", { ...(pauses === "batch" ? { batch: batch.id } : {}), paused: !isPaused }).catch(tellFailure);
  return (
    <>
      <BatchName batch={batch} onOpenQueue={onOpenQueue} />
      <progress className="bar" aria-label={batch.name} max={1} value={fraction} data-held={why !== false} />
      <span>{t("progress", { done: count(finished), total: count(total) })}</span>
      {why === false && batch.msLeft !== undefined && (
        <span className="soft">{t("timeLeft", { time: duration(batch.msLeft) })}</span>
      )}
      <Failed batch={batch} onOpenQueue={onOpenQueue} />
      <span className="queue-bar-job soft">
        {why !== false ? (
          <span className="why">{why}</span>
        ) : (
          job !== undefined && (
            <>
              <span className="queue-bar-name" title={job.name}>
                {job.name}
              </span>
              {job.tilesTotal > 0 && (
                <span>
                  {" · "}
                  {t("tile", {
                    done: count(Math.min(job.tilesDone + 1, job.tilesTotal)),
                    total: count(job.tilesTotal),
                  })}
                </span>
              )}
            </>
          )
        )}
      </span>
      <button type="button" className="button" onClick={pause}>
        {isPaused ? <Play size={14} aria-hidden="true" /> : <Pause size={14} aria-hidden="true" />}
        {isPaused ? t("resume") : t("pause")}
      </button>
    </>
  );
}

function BatchName({ batch, onOpenQueue }: QueueBarProps & { readonly batch: BatchRow }) {
  return (
    <button type="button" className="queue-bar-batch" title={batch.name} onClick={onOpenQueue}>
      {batch.name}
    </button>
  );
}

function Failed({ batch, onOpenQueue }: QueueBarProps & { readonly batch: BatchRow }) {
  const { t } = useTranslation("queue");
  if (batch.failed === 0) return null;
  return (
    <button type="button" className="queue-bar-failed" onClick={onOpenQueue}>
      {t("failed", { count: batch.failed })}
    </button>
  );
}
