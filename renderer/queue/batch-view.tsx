import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BatchRow, QueueState } from "../../preload/contract.ts";
import { jobCount } from "./batch-figures.ts";
import { BatchHead } from "./batch-head.tsx";
import { JobList } from "./job-list.tsx";
import type { JobMove } from "./job-moves.ts";
import { JobTools } from "./job-tools.tsx";
import { useJobList } from "./use-job-list.ts";

/** Rows above the first that waits, to see what came before. */
const ROWS_BEFORE = 2;

/** The open batch with its photos. */
export function BatchView({ batch, queue }: { readonly batch: BatchRow; readonly queue: QueueState }) {
  const { t } = useTranslation("queue");
  const [said, setSaid] = useState("");
  const list = useJobList(batch.id, queue.version, {
    moved: ({ place, count }: JobMove) => {
      if (place === "front") setSaid(t("movedFront", { count }));
      else if (place === "end") setSaid(t("movedEnd", { count }));
      else setSaid(t("movedTo", { count, name: place.before }));
    },
    cannotMove: () => setSaid(t("cannotMove")),
    cancelled: (count) => setSaid(t("cancelledSome", { count })),
  });
  const size = list.isWhole ? list.rows.length : Math.max(jobCount(batch), list.rows.length);
  const ended = batch.done + batch.failed + batch.cancelled;
  return (
    <section className="batch" aria-label={batch.name}>
      <BatchHead batch={batch} running={queue.running} />
      <JobTools list={list} size={size} />
      <JobList
        list={list}
        size={size}
        running={queue.running}
        firstRow={ended === jobCount(batch) ? 0 : Math.max(0, ended - ROWS_BEFORE)}
        label={t("photos", { name: batch.name })}
      />
      <p className="unseen" role="status">
        {said}
      </p>
    </section>
  );
}
