import { Modal } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useLock } from "./useLock.ts";

const list = [
  [["t"], "time"],
  [["g", "d"], "dashboard"],
  [["p"], "pause"],
  [["l"], "newest"],
  [["v"], "table"],
  [["?"], "help"],
] as const;

const announced: Record<string, string> = { t: "tp:time", p: "tp:pause", l: "tp:newest", v: "tp:table" };

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

interface Props {
  open: boolean;
  onOpen: (open: boolean) => void;
}

/** The shortcuts, and their list. Parts of a page listen for the `tp:` events. */
export function Keyboard({ open, onOpen }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useLock(open);
  useEffect(() => {
    let went = 0;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target))
        return;
      if (event.key === "?") onOpen(true);
      else if (event.key === "g") went = event.timeStamp;
      else if (event.key === "d" && event.timeStamp - went < 1_500) void navigate("/");
      else {
        const name = announced[event.key];
        if (name === undefined) return;
        event.preventDefault();
        window.dispatchEvent(new Event(name));
      }
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [navigate, onOpen]);
  return (
    <Modal
      open={open}
      onCancel={() => onOpen(false)}
      footer={null}
      title={t("keys.title")}
      width={400}
      destroyOnHidden
    >
      <dl className="tp-keys">
        {list.map(([keys, name]) => (
          <div key={name}>
            <dt>
              {keys.map((key, index) => (
                <span key={key}>
                  {index > 0 && ` ${t("keys.next")} `}
                  <kbd>{key}</kbd>
                </span>
              ))}
            </dt>
            <dd>{t(`keys.${name}`)}</dd>
          </div>
        ))}
      </dl>
      <p className="tp-note">{t("keys.note")}</p>
    </Modal>
  );
}
