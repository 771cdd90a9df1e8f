import "./popover.css";
import { type CSSProperties, type ReactNode, useId } from "react";

interface PopoverProps {
  /** What is on the button. */
  readonly button: ReactNode;
  readonly label: string;
  readonly children: ReactNode;
  readonly isDisabled?: boolean;
  /** Below the button, or to the left of the panel. */
  readonly side?: "below" | "left";
}

/** A button with a small panel of its own. The browser closes it on Escape and on a press beside it. */
export function Popover({ button, label, children, isDisabled = false, side = "below" }: PopoverProps): ReactNode {
  const id = useId();
  const anchor = `--${id.replace(/[^a-z0-9]/gi, "")}`;
  return (
    <>
      <button
        type="button"
        className="button plain"
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        disabled={isDisabled}
        popoverTarget={id}
        style={{ anchorName: anchor } as CSSProperties}
      >
        {button}
      </button>
      <div
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className={`popover ${side}`}
        style={side === "below" ? ({ positionAnchor: anchor } as CSSProperties) : undefined}
      >
        {children}
      </div>
    </>
  );
}
