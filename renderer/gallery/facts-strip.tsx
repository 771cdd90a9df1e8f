import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStore } from "zustand";
import type { PhotoFacts } from "../../preload/contract.ts";
import { ask, CallError } from "../api.ts";
import { count, megapixels } from "../format.ts";
import { libraryStore } from "../library-store.ts";
import { reasonOf, tellFailure } from "../notice-store.ts";
import { factsInWords } from "./facts-text.ts";
import { selectionStore, useSelectedIds } from "./selection-store.ts";

const REST_MS = 80;

/** One line on the photo that has the focus, and on the selection where that is more than one. */
export function FactsStrip(): ReactNode {
  const { t } = useTranslation("gallery");
  const focus = useStore(selectionStore, (selection) => selection.focus);
  const row = useStore(libraryStore, ({ photos }) => (focus === undefined ? undefined : photos.get(focus)));
  const facts = useFacts(row?.error === undefined ? focus : undefined, row?.changedMs);
  const isEmpty = useStore(libraryStore, ({ ids }) => ids.length === 0);
  const words = facts === undefined ? [] : factsInWords(facts, t("mp"));
  return (
    <section className="facts" aria-label={t("facts")}>
      <SelectionSum />
      {row === undefined ? !isEmpty && <span>{t("factsHint")}</span> : <strong>{row.name}</strong>}
      {row?.error !== undefined && <span className="bad">{reasonOf(row.error)}</span>}
      {words.map((word) => (
        <span key={word}>{word}</span>
      ))}
    </section>
  );
}

function SelectionSum(): ReactNode {
  const { t } = useTranslation("gallery");
  const selected = useSelectedIds();
  const { photos } = libraryStore.getState();
  if (selected.length < 2) return undefined;
  const pixels = selected.reduce((sum, id) => {
    const row = photos.get(id);
    return sum + (row?.width ?? 0) * (row?.height ?? 0);
  }, 0);
  return (
    <span className="sum">
      {t("selected", { count: selected.length, shown: count(selected.length) })}, {megapixels(pixels, 1, t("mp"))}
    </span>
  );
}

/** What the file says of a photo, once one has stayed with it for a moment; what comes too late is dropped. */
function useFacts(id: number | undefined, changedMs: number | undefined): PhotoFacts | undefined {
  const [answer, setAnswer] = useState<{ readonly id: number; readonly facts: PhotoFacts }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a file that was changed has other facts
  useEffect(() => {
    if (id === undefined) return;
    let isOver = false;
    const timer = setTimeout(() => {
      ask("facts", id).then(
        (facts) => {
          if (!isOver) setAnswer({ id, facts });
        },
        (error: unknown) => {
          // That a photo cannot be read is said in its cell.
          if (!isOver && !(error instanceof CallError)) tellFailure(error);
        },
      );
    }, REST_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [id, changedMs]);
  return answer !== undefined && answer.id === id ? answer.facts : undefined;
}
