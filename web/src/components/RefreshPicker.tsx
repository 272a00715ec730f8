import { ReloadOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { reload } from "../api/queries.ts";
import { isLive } from "../state/range.ts";
import { type Refresh, refreshes, useView } from "../state/view.ts";
import { ChoiceList } from "./ChoiceList.tsx";
import { Pop } from "./Pop.tsx";

export function RefreshPicker() {
  const { t } = useTranslation();
  const { view, change } = useView();
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const live = isLive(view);
  const choose = (refresh: Refresh) => {
    change({ refresh: refresh === "auto" ? null : refresh });
    setOpen(false);
  };
  const current: Refresh = live ? view.refresh : "off";
  return (
    <Pop
      open={open}
      onOpen={setOpen}
      label={t("refresh.label")}
      content={
        <div className="tp-refresh">
          <ChoiceList
            label={t("refresh.label")}
            value={current}
            options={refreshes.map((value) => ({
              value,
              label: t(`refresh.${value}`),
              disabled: !live && value !== "off",
            }))}
            onChoose={choose}
          />
          {!live && <p className="tp-note">{t("refresh.closed")}</p>}
          <Button block size="small" icon={<ReloadOutlined />} onClick={() => reload(queries)}>
            {t("refresh.now")}
          </Button>
        </div>
      }
    >
      <Button
        icon={<ReloadOutlined />}
        aria-haspopup="dialog"
        aria-expanded={open}
        className="tp-refresh-button"
      >
        {t(`refresh.${current}`)}
      </Button>
    </Pop>
  );
}
