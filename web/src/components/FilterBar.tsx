import { CloseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useView } from "../state/view.ts";

/** The filters in force, each with its way out. */
export function FilterBar() {
  const { t } = useTranslation();
  const { view, change } = useView();
  if (view.question === "") return null;
  const chips = view.q === "" ? view.filters : [view.q, ...view.filters];
  const remove = (chip: string) =>
    chip === view.q
      ? change({ q: null })
      : change({ filters: view.filters.filter((filter) => filter !== chip) });
  return (
    <section className="tp-filters" aria-label={t("filters.label")}>
      <ul>
        {chips.map((chip) => (
          <li key={chip}>
            <button
              type="button"
              className="tp-chip"
              onClick={() => remove(chip)}
              aria-label={t("filters.remove", { filter: chip })}
            >
              <bdi>{chip}</bdi>
              <CloseOutlined aria-hidden />
            </button>
          </li>
        ))}
      </ul>
      <Button type="link" size="small" onClick={() => change({ q: null, filters: [] })}>
        {t("filters.all")}
      </Button>
    </section>
  );
}
