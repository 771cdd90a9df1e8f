import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { MOST_CACHE_GB } from "../../preload/contract.ts";
import { gigabytesFrom } from "./options.ts";

interface RoomFieldProps {
  readonly label: string;
  /** In GB. */
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** How much room something may take. What is no such number is not taken, and gives way to what holds when it is left. */
export function RoomField({ label, value, onChange }: RoomFieldProps): ReactNode {
  const { t } = useTranslation("settings");
  const id = useId();
  const [text, setText] = useState(String(value));
  const isValid = gigabytesFrom(text) !== undefined;
  const type = (typed: string): void => {
    setText(typed);
    const gigabytes = gigabytesFrom(typed);
    if (gigabytes !== undefined) onChange(gigabytes);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="room-size">
        <input
          id={id}
          className="input"
          type="number"
          inputMode="numeric"
          min={1}
          max={MOST_CACHE_GB}
          aria-invalid={!isValid}
          aria-describedby={`${id}-unit`}
          value={text}
          onChange={(event) => type(event.target.value)}
          onBlur={() => setText(String(value))}
        />
        <span className="soft" id={`${id}-unit`}>
          {isValid ? t("gigabytes") : t("gigabytesRange", { most: MOST_CACHE_GB })}
        </span>
      </div>
    </div>
  );
}
