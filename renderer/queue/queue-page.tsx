import "./queue.css";
import "./jobs.css";
import { Eraser, ListChecks, Pause, Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { BatchRow, QueueState } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { duration } from "../format.ts";
import { tellFailure } from "../notice-store.ts";
import { queueStore } from "../queue-store.ts";
import { BatchCard } from "./batch-card.tsx";
import { batchInWork } from "./batch-figures.ts";
import { BatchView } from "./batch-view.tsx";

/** The queue: its batches, and the photos of the one that is open. */
export function QueuePage() {
  const { t } = useTranslation("queue");
  const queue = useStore(queueStore, (facts) => facts.queue);
  // The one that is open stays open when another is worked on.
  const [openId, setOpenId] = useState(() => firstToOpen(queue)?.id);
  const { batches, running } = queue;
  const open = batches.find(({ id }) => id === openId) ?? firstToOpen(queue);
  if (open === undefined) {
    return (
      <section className="queue-empty">
        <ListChecks size={40} strokeWidth={1.25} aria-hidden="true" />
        <h1>{t("empty")}</h1>
        <p>{t("emptyHint")}</p>
      </section>
    );
  }
  return (
    <section className="queue" aria-label={t("title")}>
      <QueueHead queue={queue} />
      <nav className="batches" aria-label={t("batches")}>
        <ul>
          {batches.map((batch) => (
            <BatchCard
              key={batch.id}
              batch={batch}
              running={running}
              isOpen={batch.id === open.id}
              onOpen={() => setOpenId(batch.id)}
            />
          ))}
        </ul>
      </nav>
      <BatchView key={open.id} batch={open} queue={queue} />
    </section>
  );
}

function firstToOpen(queue: QueueState): BatchRow | undefined {
  return batchInWork(queue) ?? queue.batches.at(-1);
}

const WHY = { disk: "waitingDisk", battery: "waitingBattery", paused: "waitingPaused" } as const;

/** The whole queue: why it waits, how long it takes, and what can be done to it. */
function QueueHead({ queue }: { readonly queue: QueueState }) {
  const { t } = useTranslation("queue");
  const { paused, waiting, msLeft, batches } = queue;
  const isWorkLeft = batches.some(({ queued, running }) => queued + running > 0);
  return (
    <header className="queue-head">
      <h1>{t("title")}</h1>
      <p className="why" role="status">
        {waiting !== undefined && t(WHY[waiting])}
      </p>
      {isWorkLeft && waiting === undefined && msLeft !== undefined && (
        <span className="soft">{t("timeLeft", { time: duration(msLeft) })}</span>
      )}
      <button
        type="button"
        className="button"
        disabled={batches.every(({ done, cancelled }) => done + cancelled === 0)}
        onClick={() => ask("clear", "all").catch(tellFailure)}
      >
        <Eraser size={14} aria-hidden="true" />
        {t("clear")}
      </button>
      <button
        type="button"
        className="button"
        disabled={!isWorkLeft && !paused}
        onClick={() => ask("pause", { paused: !paused }).catch(tellFailure)}
      >
        {paused ? <Play size={14} aria-hidden="true" /> : <Pause size={14} aria-hidden="true" />}
        {paused ? t("resumeAll") : t("pauseAll")}
      </button>
    </header>
  );
}
