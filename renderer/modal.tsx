import "./modal.css";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";

interface ModalProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Escape, or a press beside it. */
  readonly onClose: () => void;
}

/** A native dialog that is open as long as it is rendered. The browser keeps the focus in it and gives it back. */
export function Modal({ title, children, onClose }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Closed while it is still in the page, or the focus would not go back.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, by the cancel event.
    <dialog
      ref={dialog}
      className="dialog small"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
