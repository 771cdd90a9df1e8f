import { Ban, Check, CircleAlert, Clock, Hourglass, TriangleAlert } from "lucide-react";
import type { DragEvent, MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import type { JobRow } from "../../preload/contract.ts";
import { count, duration, percent } from "../format.ts";
import { reasonOf } from "../notice-store.ts";
import { jobFraction } from "./batch-figures.ts";
import { isMovable } from "./job-moves.ts";

const ICONS = { queued: Clock, running: Hourglass, done: Check, failed: CircleAlert, cancelled: Ban } as const;

interface JobOptionProps {
  readonly id: string;
  readonly job: JobRow;
  readonly index: number;
  readonly listSize: number;
  readonly top: number;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly onPress: (event: MouseEvent) => void;
  readonly onOpen: () => void;
  readonly onDragStart: (event: DragEvent) => void;
  readonly onDragEnd: () => void;
}

/** A photo of a batch, on one line. */
export function JobOption({ id, job, index, listSize, top, isSelected, isActive, ...on }: JobOptionProps) {
  const { t } = useTranslation("queue");
  const Icon = ICONS[job.state];
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and says which option is active.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys.
    <div
      id={id}
      className="job"
      role="option"
      aria-selected={isSelected}
      aria-setsize={listSize}
      aria-posinset={index + 1}
      data-state={job.state}
      data-active={isActive}
      style={{ transform: `translateY(${top}px)` }}
      draggable={isMovable(job)}
      onClick={on.onPress}
      onDoubleClick={on.onOpen}
      onDragStart={on.onDragStart}
      onDragEnd={on.onDragEnd}
    >
      <span className="job-state">
        <Icon size={14} aria-hidden="true" />
        {t(`states.${job.state}`)}
      </span>
      <span className="job-name" title={job.name}>
        {job.name}
      </span>
      <JobDetail job={job} />
      <span className="job-time">
        {job.state === "running" && job.msLeft !== undefined && t("timeLeft", { time: duration(job.msLeft) })}
      </span>
    </div>
  );
}

function JobDetail({ job }: { readonly job: JobRow }) {
  const { t } = useTranslation("queue");
  const { t: tError } = useTranslation("errors");
  if (job.state === "running")
    return (
      <span className="job-detail">
        <progress className="bar" aria-hidden="true" max={1} value={jobFraction(job)} />
        <span>
          {job.tilesTotal === 0
            ? percent(0)
            : t("progress", { done: count(job.tilesDone), total: count(job.tilesTotal) })}
        </span>
      </span>
    );
  if (job.state === "failed")
    return (
      <span className="job-detail" title={job.message}>
        <span className="job-reason">{reasonOf(job.code ?? "INTERNAL")}</span>
      </span>
    );
  return (
    <span className="job-detail">
      {job.isFlagged && (
        <span className="job-flagged" title={tError("flagged")}>
          <TriangleAlert size={14} aria-hidden="true" /> {t("flagged")}
        </span>
      )}
    </span>
  );
}

/** Where a row is that was not read yet. */
export function JobPlaceholder({ top }: { readonly top: number }) {
  return (
    <div className="job placeholder" aria-hidden="true" style={{ transform: `translateY(${top}px)` }}>
      <span />
      <span />
    </div>
  );
}
