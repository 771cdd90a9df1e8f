import { Pencil, Trash2 } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { Inspection, Pin } from "../../preload/contract.ts";
import { inspectorStore } from "./inspector-store.ts";
import { goToPin, removePin, setPin } from "./pin-actions.ts";
import { togglePinning } from "./run-action.ts";

const MOST_LETTERS = 80;

/** The places that were marked. */
export function PinSection({ inspection }: { readonly inspection: Inspection }): ReactNode {
  const { t } = useTranslation("inspector");
  const isPinning = useStore(inspectorStore, (facts) => facts.isPinning);
  const { pins, original } = inspection;
  return (
    <section className="inspector-section" aria-label={t("pins")}>
      <div className="inspector-head">
        <h2 className="heading">{t("pins")}</h2>
        <button
          type="button"
          className="button plain small"
          aria-pressed={isPinning}
          aria-keyshortcuts="M"
          onClick={togglePinning}
        >
          {t(isPinning ? "pinning" : "setPin")}
          <kbd aria-hidden>M</kbd>
        </button>
      </div>
      {pins.length === 0 ? (
        <p className="soft">{t("noPins")}</p>
      ) : (
        <ul>
          {pins.map((pin, at) => (
            <PinRow key={pin.uid} pin={pin} number={at + 1} x={pin.x * original.width} y={pin.y * original.height} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface PinRowProps {
  readonly pin: Pin;
  readonly number: number;
  /** In px of the source. */
  readonly x: number;
  readonly y: number;
}

function PinRow({ pin, number, x, y }: PinRowProps): ReactNode {
  const { t } = useTranslation("inspector");
  const isMarked = useStore(inspectorStore, (facts) => facts.pin === pin.uid);
  const [isNaming, setNaming] = useState(false);
  // Who has named it by keys goes on from there by keys.
  const takesFocus = useRef(false);
  const end = (byKey: boolean): void => {
    takesFocus.current = byKey;
    setNaming(false);
  };
  const name = pin.name === "" ? t("pinNumber", { number }) : pin.name;
  if (isNaming)
    return (
      <li className="pin-row">
        <PinName pin={pin} shown={name} onEnd={end} />
      </li>
    );
  return (
    <li className="pin-row">
      <button
        ref={(element) => {
          if (takesFocus.current) element?.focus();
          takesFocus.current = false;
        }}
        type="button"
        className="inspector-row"
        aria-current={isMarked || undefined}
        title={name}
        onClick={() => goToPin(pin)}
        onDoubleClick={() => setNaming(true)}
      >
        <span className="name">{name}</span>
        <span className="figure">{t("place", { x: Math.floor(x), y: Math.floor(y) })}</span>
      </button>
      <span className="actions">
        <button
          type="button"
          className="button plain"
          aria-label={t("renamePin", { name })}
          title={t("rename")}
          onClick={() => setNaming(true)}
        >
          <Pencil size={14} aria-hidden />
        </button>
        <button
          type="button"
          className="button plain"
          aria-label={t("removePin", { name })}
          title={t("remove")}
          onClick={() => void removePin(pin.uid)}
        >
          <Trash2 size={14} aria-hidden />
        </button>
      </span>
    </li>
  );
}

interface PinNameProps {
  readonly pin: Pin;
  readonly shown: string;
  readonly onEnd: (byKey: boolean) => void;
}

/** The name while it is written: Enter or leaving it keeps it, Escape does not. */
function PinName({ pin, shown, onEnd }: PinNameProps): ReactNode {
  const { t } = useTranslation("inspector");
  const [text, setText] = useState(pin.name);
  const [isOver, setOver] = useState(false);
  const end = (isKept: boolean, byKey: boolean): void => {
    if (isOver) return;
    setOver(true);
    const name = text.trim().slice(0, MOST_LETTERS);
    if (isKept && name !== pin.name) void setPin({ ...pin, name });
    onEnd(byKey);
  };
  const press = (event: KeyboardEvent): void => {
    // An input method takes Enter for itself.
    if (event.nativeEvent.isComposing) return;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    end(event.key === "Enter", true);
  };
  return (
    <input
      className="input"
      // biome-ignore lint/a11y/noAutofocus: it stands where the button was that was pressed for it
      autoFocus
      value={text}
      maxLength={MOST_LETTERS}
      placeholder={shown}
      aria-label={t("pinName")}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={press}
      onBlur={() => end(true, false)}
    />
  );
}
