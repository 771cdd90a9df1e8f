import { useEffect, useState } from "react";

/** A number that goes up when fonts have come: what was measured before was measured in another font. */
export function useFonts(): number {
  const [loaded, setLoaded] = useState(0);
  useEffect(() => {
    const onLoaded = () => setLoaded((before) => before + 1);
    document.fonts.addEventListener("loadingdone", onLoaded);
    return () => document.fonts.removeEventListener("loadingdone", onLoaded);
  }, []);
  return loaded;
}
