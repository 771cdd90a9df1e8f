import { useTranslation } from "react-i18next";
import type { EnhancePlan } from "../../preload/contract.ts";
import { bytes, count, duration } from "../format.ts";
import { reasonOf } from "../notice-store.ts";
import { fits, spaceNeeded } from "./panel-state.ts";

interface PlanViewProps {
  readonly plan: EnhancePlan | undefined;
  /** It is of an older order, and a newer one is on its way. */
  readonly isStale: boolean;
}

/** What is not known. */
const NOTHING = "–";

/** More names than this are not read one by one. */
const MOST_NAMES = 50;

/** What would happen. It has the same rows whether there is a plan or not, so that nothing moves when it comes. */
export function PlanView({ plan, isStale }: PlanViewProps) {
  const { t } = useTranslation("enhance");
  const largest = plan?.largest;
  return (
    <section className="plan" aria-label={t("plan")} aria-busy={isStale} data-stale={isStale && plan !== undefined}>
      <h3 className="heading">{t("plan")}</h3>
      <dl>
        <dt>{t("planPhotos")}</dt>
        <dd>{plan === undefined ? NOTHING : t("planTodo", { todo: count(plan.todo) })}</dd>
        <dt>{t("planSkipped")}</dt>
        <dd>{plan === undefined ? NOTHING : <Skipped plan={plan} />}</dd>
        <dt>{t("planTime")}</dt>
        <dd title={plan?.device}>{plan === undefined || plan.todo === 0 ? NOTHING : <TimeNeeded plan={plan} />}</dd>
        <dt>{t("planSpace")}</dt>
        <dd data-bad={plan !== undefined && !fits(plan)}>
          {plan === undefined || plan.todo === 0 ? NOTHING : <SpaceNeeded plan={plan} />}
        </dd>
        <dt>{t("planLargest")}</dt>
        <dd>
          {largest === undefined
            ? NOTHING
            : t("planPixels", { width: count(largest.width), height: count(largest.height) })}
        </dd>
      </dl>
      {plan !== undefined && plan.failed.length > 0 && <FailedPhotos failed={plan.failed} />}
    </section>
  );
}

function Skipped({ plan }: { readonly plan: EnhancePlan }) {
  const { t } = useTranslation("enhance");
  const skipped = plan.skipped
    .filter(({ photos }) => photos > 0)
    .map(({ reason, photos }) =>
      reason === "done" ? t("planSkippedDone", { count: photos }) : t("planSkippedLarge", { count: photos }),
    );
  return skipped.length === 0 ? t("planSkippedNone") : skipped.join(" · ");
}

function TimeNeeded({ plan: { ms, device } }: { readonly plan: EnhancePlan }) {
  const { t } = useTranslation("enhance");
  if (ms === undefined) return t("planTimeUnknown");
  const time = duration(ms);
  return device === undefined
    ? t("planTimeAlone", { time })
    : t("planTimeOn", { time, device: t(`devices.${device}`) });
}

function SpaceNeeded({ plan }: { readonly plan: EnhancePlan }) {
  const { t } = useTranslation("enhance");
  const need = bytes(spaceNeeded(plan));
  return plan.freeBytes === undefined
    ? t("planSpaceAlone", { need })
    : t("planSpaceOf", { need, free: bytes(plan.freeBytes) });
}

function FailedPhotos({ failed }: Pick<EnhancePlan, "failed">) {
  const { t } = useTranslation("enhance");
  const rest = failed.length - MOST_NAMES;
  return (
    <details className="plan-failed">
      <summary>{t("planFailed", { count: failed.length })}</summary>
      <ul>
        {failed.slice(0, MOST_NAMES).map(({ name, code, message }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: names repeat, and the list is replaced as a whole.
          <li key={i} title={message}>
            <span className="plan-failed-name">{name}</span>
            <span className="soft">{reasonOf(code)}</span>
          </li>
        ))}
        {rest > 0 && <li className="soft">{t("planMore", { count: rest })}</li>}
      </ul>
    </details>
  );
}
