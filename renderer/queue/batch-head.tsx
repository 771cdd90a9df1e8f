import { Eraser, FileText, FolderOpen, Pause, Play, RotateCcw, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { BatchRow, JobRow } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { count, duration } from "../format.ts";
import { Modal } from "../modal.tsx";
import { reasonOf, tellFailure } from "../notice-store.ts";
import { PathText } from "../path-text.tsx";
import { batchFigures } from "./batch-figures.ts";

interface BatchHeadProps {
  readonly batch: BatchRow;
  readonly running: readonly JobRow[];
}

/** The open batch: where its results go, how far it is, and what can be done to it as a whole. */
export function BatchHead({ batch, running }: BatchHeadProps) {
  const { t } = useTranslation("queue");
  const { finished, total, fraction, isOver } = batchFigures(batch, running);
  return (
    <header className="batch-head">
      <div className="batch-title">
        <div>
          <h2 title={batch.name}>{batch.name}</h2>
          <p className="soft">
            <PathText path={batch.target} />
          </p>
        </div>
        <button type="button" className="button" onClick={() => ask("openTarget", batch.id).catch(tellFailure)}>
          <FolderOpen size={14} aria-hidden="true" />
          {t("openTarget")}
        </button>
        <button
          type="button"
          className="button"
          aria-label={t("openReportLabel")}
          onClick={() => ask("openReport", batch.id).catch(tellFailure)}
        >
          <FileText size={14} aria-hidden="true" />
          {t("openReport")}
        </button>
      </div>
      <div className="batch-progress">
        <progress className="bar" aria-label={batch.name} max={1} value={fraction} data-over={isOver} />
        <span>{t("progress", { done: count(finished), total: count(total) })}</span>
        {!isOver && batch.msLeft !== undefined && (
          <span className="soft">{t("timeLeft", { time: duration(batch.msLeft) })}</span>
        )}
        {batch.failed > 0 && <span className="bad">{t("failed", { count: batch.failed })}</span>}
        {batch.cancelled > 0 && <span className="soft">{t("cancelled", { count: batch.cancelled })}</span>}
      </div>
      {batch.paused && batch.code !== undefined && <p className="why">{reasonOf(batch.code)}</p>}
      <BatchButtons batch={batch} isOver={isOver} />
    </header>
  );
}

function BatchButtons({ batch, isOver }: { readonly batch: BatchRow; readonly isOver: boolean }) {
  const { t } = useTranslation("queue");
  const [isAsking, setAsking] = useState(false);
  const { id, paused } = batch;
  const left = batch.queued + batch.running;
  return (
    <div className="batch-buttons">
      <button
        type="button"
        className="button"
        disabled={isOver}
        onClick={() => ask("pause", { batch: id, paused: !paused }).catch(tellFailure)}
      >
        {paused ? <Play size={14} aria-hidden="true" /> : <Pause size={14} aria-hidden="true" />}
        {paused ? t("resume") : t("pause")}
      </button>
      <button type="button" className="button" disabled={isOver} onClick={() => setAsking(true)}>
        <X size={14} aria-hidden="true" />
        {t("cancelRest")}
      </button>
      {batch.failed > 0 && (
        <button type="button" className="button" onClick={() => ask("retry", { batch: id }).catch(tellFailure)}>
          <RotateCcw size={14} aria-hidden="true" />
          {t("retryFailed", { count: batch.failed })}
        </button>
      )}
      <button
        type="button"
        className="button"
        disabled={!isOver && batch.done + batch.cancelled === 0}
        onClick={() => ask("clear", { batch: id }).catch(tellFailure)}
      >
        <Eraser size={14} aria-hidden="true" />
        {t("clear")}
      </button>
      {isAsking && (
        <Modal title={t("cancelTitle", { count: left })} onClose={() => setAsking(false)}>
          <p>{t("cancelHint")}</p>
          <div className="dialog-buttons">
            <button type="button" className="button" onClick={() => setAsking(false)}>
              {t("cancelKeep")}
            </button>
            <button
              type="button"
              className="button danger"
              onClick={() => {
                setAsking(false);
                ask("cancel", { batch: id }).catch(tellFailure);
              }}
            >
              {t("cancelDo")}
            </button>
          </div>
        </Modal>
      )}
    </div>
  );
}
