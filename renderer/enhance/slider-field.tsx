import { type CSSProperties, useId } from "react";
import { percent } from "../format.ts";

interface SliderFieldProps {
  readonly label: string;
  /** 0 to 1. */
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** What the two ends mean. */
  readonly ends?: readonly [low: string, high: string];
}

/** How far a slider's track is filled, for the style sheet. @param share 0 to 1 */
export function trackShare(share: number): CSSProperties {
  return { "--share": `${share * 100}%` } as CSSProperties;
}

/** A share that is dragged, with its figure beside it. */
export function SliderField({ label, value, onChange, ends }: SliderFieldProps) {
  const id = useId();
  return (
    <div className={ends === undefined ? "field" : "field with-ends"}>
      <label htmlFor={id}>{label}</label>
      <div className="slider-row">
        <input
          id={id}
          className="slider"
          type="range"
          min={0}
          max={100}
          step={1}
          value={Math.round(value * 100)}
          style={trackShare(value)}
          aria-valuetext={percent(value)}
          aria-describedby={ends === undefined ? undefined : `${id}-ends`}
          onChange={(event) => onChange(Number(event.target.value) / 100)}
        />
        <output htmlFor={id}>{percent(value)}</output>
        {ends !== undefined && (
          <span className="slider-ends" id={`${id}-ends`}>
            <span>{ends[0]}</span>
            <span className="unseen"> – </span>
            <span>{ends[1]}</span>
          </span>
        )}
      </div>
    </div>
  );
}
