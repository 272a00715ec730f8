/** No page under this address. */
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";

export function Component() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  return (
    <div className="tp-message">
      <p className="tp-h-error">404</p>
      <p className="tp-lead">{t("lost.text", { path: pathname })}</p>
      <Button type="primary" onClick={() => void navigate("/")}>
        {t("lost.home")}
      </Button>
    </div>
  );
}
