import { useEffect } from "react";

/** Holds the page still behind a drawer or a dialogue: antd's own way is a style element without nonce. */
export function useLock(open: boolean): void {
  useEffect(() => {
    document.body.classList.toggle("tp-locked", open);
    return () => document.body.classList.remove("tp-locked");
  }, [open]);
}
