import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ResultSize } from "../../preload/contract.ts";
import { COMMON_EDGES, edgeFrom, LEAST_EDGE_PX, MOST_EDGE_PX, scalesWith } from "./recipe.ts";

interface SizeFieldProps {
  readonly size: ResultSize;
  readonly onChange: (size: ResultSize) => void;
  /** Whether what is typed is a size. */
  readonly onValid: (isValid: boolean) => void;
  /** The element that says what is wrong with it. */
  readonly problemId: string;
}

/** Chooses how large results become: by a scale or by their long edge. Both take two rows. */
export function SizeField({ size, onChange, onValid, problemId }: SizeFieldProps) {
  const { t } = useTranslation("enhance");
  // What the other way had, to come back to.
  const [scale, setScale] = useState(size.kind === "scale" ? size.scale : 4);
  const [edgePx, setEdgePx] = useState(size.kind === "long-edge" ? size.px : 3840);
  const choose = (next: ResultSize): void => {
    if (next.kind === "scale") setScale(next.scale);
    else setEdgePx(next.px);
    onChange(next);
  };
  return (
    <fieldset className="size">
      <legend className="unseen">{t("size")}</legend>
      <div className="field">
        <span aria-hidden="true">{t("size")}</span>
        <div className="segments even">
          <button
            type="button"
            aria-pressed={size.kind === "scale"}
            onClick={() => choose({ kind: "scale", scale: size.kind === "scale" ? size.scale : scale })}
          >
            {t("sizeScale")}
          </button>
          <button
            type="button"
            aria-pressed={size.kind === "long-edge"}
            onClick={() => choose({ kind: "long-edge", px: size.kind === "long-edge" ? size.px : edgePx })}
          >
            {t("sizeLongEdge")}
          </button>
        </div>
      </div>
      <div className="field">
        <span />
        {size.kind === "scale" ? (
          <div className="segments even">
            {scalesWith(size.scale).map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={each === size.scale}
                onClick={() => choose({ kind: "scale", scale: each })}
              >
                {t("scaleUnit", { scale: each })}
              </button>
            ))}
          </div>
        ) : (
          <EdgeInput
            px={size.px}
            onChange={(px) => choose({ kind: "long-edge", px })}
            onValid={onValid}
            problemId={problemId}
          />
        )}
      </div>
    </fieldset>
  );
}

interface EdgeInputProps extends Pick<SizeFieldProps, "onValid" | "problemId"> {
  readonly px: number;
  readonly onChange: (px: number) => void;
}

function EdgeInput({ px, onChange, onValid, problemId }: EdgeInputProps) {
  const { t } = useTranslation("enhance");
  const [text, setText] = useState(String(px));
  const [shownPx, setShownPx] = useState(px);
  // A preset changes it from outside; what is being typed is left as it is typed.
  if (px !== shownPx) {
    setShownPx(px);
    if (edgeFrom(text) !== px) setText(String(px));
  }
  const isValid = edgeFrom(text) !== undefined;
  useEffect(() => onValid(isValid), [onValid, isValid]);
  const type = (typed: string): void => {
    setText(typed);
    const typedPx = edgeFrom(typed);
    if (typedPx !== undefined) onChange(typedPx);
  };
  return (
    <div className="edge">
      <input
        className="input"
        type="number"
        inputMode="numeric"
        min={LEAST_EDGE_PX}
        max={MOST_EDGE_PX}
        aria-label={t("longEdgePx")}
        aria-invalid={!isValid}
        aria-describedby={isValid ? undefined : problemId}
        value={text}
        onChange={(event) => type(event.target.value)}
      />
      <span className="soft" aria-hidden="true">
        {t("px")}
      </span>
      <select
        className="select"
        aria-label={t("commonSize")}
        value={COMMON_EDGES.some((each) => each.px === px) && isValid ? px : ""}
        onChange={(event) => type(event.target.value)}
      >
        <option value="" disabled>
          {t("commonOther")}
        </option>
        {COMMON_EDGES.map((each) => (
          <option key={each.key} value={each.px}>
            {t(each.key)}
          </option>
        ))}
      </select>
    </div>
  );
}
