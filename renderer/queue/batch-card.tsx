import { Pause } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { BatchRow, JobRow } from "../../preload/contract.ts";
import { count, duration } from "../format.ts";
import { batchFigures } from "./batch-figures.ts";

interface BatchCardProps {
  readonly batch: BatchRow;
  readonly running: readonly JobRow[];
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

/** A batch in the list of batches: its name and how far it is. */
export function BatchCard({ batch, running, isOpen, onOpen }: BatchCardProps) {
  const { t } = useTranslation("queue");
  const { finished, total, fraction, isOver } = batchFigures(batch, running);
  return (
    <li>
      <button type="button" className="batch-card" aria-current={isOpen} onClick={onOpen}>
        <span className="batch-card-name" title={batch.name}>
          {batch.name}
        </span>
        <progress className="bar" aria-hidden="true" max={1} value={fraction} data-over={isOver} />
        <span className="batch-card-facts">
          <span>{t("progress", { done: count(finished), total: count(total) })}</span>
          {batch.failed > 0 && <span className="bad">{t("failed", { count: batch.failed })}</span>}
          <span className="batch-card-end">
            {batch.paused && !isOver ? (
              <>
                <Pause size={12} aria-hidden="true" /> {t("paused")}
              </>
            ) : (
              !isOver && batch.msLeft !== undefined && t("timeLeft", { time: duration(batch.msLeft) })
            )}
          </span>
        </span>
      </button>
    </li>
  );
}
