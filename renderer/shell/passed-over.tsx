import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PassedOverFile } from "../../preload/contract.ts";
import { ask } from "../api.ts";
import { tellFailure } from "../notice-store.ts";

/** More would help nobody; the count beside the folder has them all. */
const SHOWN = 500;

/** What in a folder makes no photo, and why. */
export function PassedOver({ folder }: { readonly folder: number }): ReactNode {
  const { t } = useTranslation();
  const [files, setFiles] = useState<readonly PassedOverFile[]>([]);
  useEffect(() => {
    let isWanted = true;
    ask("passedOver", folder)
      .then((found) => isWanted && setFiles(found))
      .catch(tellFailure);
    return () => {
      isWanted = false;
    };
  }, [folder]);
  return (
    <ul className="passed-over">
      {files.slice(0, SHOWN).map(({ place, why }) => (
        <li key={place}>
          <span>{place}</span>
          <span>{t(`passedOverWhy.${why}`)}</span>
        </li>
      ))}
    </ul>
  );
}
