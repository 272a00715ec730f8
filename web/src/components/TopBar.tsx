import { MenuOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { ConnectionBadge } from "./ConnectionBadge.tsx";
import { RefreshPicker } from "./RefreshPicker.tsx";
import { TimePicker } from "./TimePicker.tsx";

interface Props {
  title: string;
  timed: boolean;
  onMenu?: () => void;
}

export function TopBar({ title, timed, onMenu }: Props) {
  const { t } = useTranslation();
  return (
    <header className="tp-top">
      {onMenu !== undefined && (
        <Button
          type="text"
          icon={<MenuOutlined />}
          aria-label={t("rail.menu")}
          onClick={onMenu}
          className="tp-burger"
        />
      )}
      <h1 className="tp-h1">{title}</h1>
      <div className="tp-top-tools">
        {timed && <TimePicker compact={onMenu !== undefined} />}
        {timed && onMenu === undefined && <RefreshPicker />}
        <ConnectionBadge />
      </div>
    </header>
  );
}
