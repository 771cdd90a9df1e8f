import { type ReactNode, useId } from "react";
import { trackShare } from "../enhance/slider-field.tsx";

interface RangeFieldProps {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** The value as it is shown and spoken. */
  readonly text: string;
  readonly hint?: string;
  readonly onChange: (value: number) => void;
}

/** A whole number that is dragged, with its figure beside it. */
export function RangeField({ label, value, least, most, text, hint, onChange }: RangeFieldProps): ReactNode {
  const id = useId();
  return (
    <div className="field" title={hint}>
      <label htmlFor={id}>{label}</label>
      <div className="slider-row">
        <input
          id={id}
          className="slider"
          type="range"
          min={least}
          max={most}
          step={1}
          value={value}
          style={trackShare((value - least) / (most - least))}
          aria-valuetext={text}
          onChange={(event) => onChange(Number(event.target.value))}
        />
        <output htmlFor={id}>{text}</output>
      </div>
    </div>
  );
}
