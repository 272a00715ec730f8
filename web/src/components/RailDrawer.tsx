import { Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { Rail } from "./Rail.tsx";
import { useLock } from "./useLock.ts";

interface Props {
  open: boolean;
  onClose: () => void;
  onKeys: () => void;
}

/** The rail of a narrow window. */
export default function RailDrawer({ open, onClose, onKeys }: Props) {
  const { t } = useTranslation();
  useLock(open);
  return (
    <Drawer
      open={open}
      onClose={onClose}
      placement="left"
      size={264}
      title={t("app")}
      styles={{ body: { padding: 8 } }}
      destroyOnHidden
    >
      <Rail drawer onKeys={onKeys} />
    </Drawer>
  );
}
