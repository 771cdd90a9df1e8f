import { useEffect, useState } from "react";
import { type PhotoRow, thumbnailUrl } from "../../preload/contract.ts";

interface Shown {
  readonly url: string | undefined;
  readonly isOwn: boolean;
}

/**
 * The address of the picture that a cell shows: the one that the camera put into the file at first, and ours as soon as
 * it is decoded, so that one image element does for both and nothing flickers between.
 * @returns the address, and what to call when it cannot be loaded
 */
export function useThumbnail(row: PhotoRow | undefined): {
  readonly url: string | undefined;
  readonly fail: () => void;
} {
  const id = row?.id ?? 0;
  const own = thumbnailUrl(id, "own", row?.thumbnail ?? "new");
  const isMade = row?.thumbnail !== undefined;
  const isReadable = row !== undefined && row.error === undefined;
  const changedMs = row?.changedMs ?? 0;
  const [shown, setShown] = useState<Shown>(() =>
    isMade ? { url: own, isOwn: true } : { url: thumbnailUrl(id, "embedded", String(changedMs)), isOwn: false },
  );

  const isAwaited = isReadable && shown.url !== own;
  useEffect(() => {
    if (!isAwaited) return;
    let isOver = false;
    const image = new Image();
    image.src = own;
    image.decode().then(
      () => {
        if (!isOver) setShown({ url: own, isOwn: true });
      },
      // There is none: the row will say why, or name another.
      () => undefined,
    );
    return () => {
      isOver = true;
      // Gives the request up, where it waits behind what is on the screen now.
      image.src = "";
    };
  }, [isAwaited, own]);

  const fail = () => setShown((now) => ({ ...now, url: undefined }));
  return { url: isReadable ? shown.url : undefined, fail };
}
