import { Popover } from "antd";
import { type ReactElement, type ReactNode, useRef } from "react";

interface Props {
  open: boolean;
  onOpen: (open: boolean) => void;
  label: string;
  content: ReactNode;
  children: ReactElement;
}

/** The choice that holds, else the first one. */
export function focusFirst(panel: HTMLElement | null): void {
  const chosen =
    panel?.querySelector<HTMLElement>("[aria-pressed=true]") ??
    panel?.querySelector<HTMLElement>("button, input");
  chosen?.focus();
}

/** A popover that takes the focus when it opens and gives it back on Escape. */
export function Pop({ open, onOpen, label, content, children }: Props) {
  const anchor = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  return (
    <div className="tp-pop" ref={anchor}>
      <Popover
        open={open}
        onOpenChange={onOpen}
        afterOpenChange={(shown) => shown && focusFirst(panel.current)}
        trigger="click"
        placement="bottomRight"
        arrow={false}
        destroyOnHidden
        getPopupContainer={() => anchor.current ?? document.body}
        content={
          <div
            ref={panel}
            role="dialog"
            aria-label={label}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              event.stopPropagation();
              onOpen(false);
              anchor.current?.querySelector("button")?.focus();
            }}
          >
            {content}
          </div>
        }
      >
        {children}
      </Popover>
    </div>
  );
}
