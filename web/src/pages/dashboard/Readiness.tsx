import { useTranslation } from "react-i18next";
import { useIngestion, useReady } from "../../api/queries.ts";
import { RowBones } from "../../components/Bones.tsx";
import { QueryState } from "../../components/QueryState.tsx";
import { count } from "../../format.ts";
import { useLive } from "../../state/live.ts";

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).replace(/[_-]/g, " ");

const adapters: Record<string, string> = {
  sqlite: "SQLite",
  redis: "Redis",
  kafka: "Kafka",
  elastic: "Elasticsearch",
  postgres: "PostgreSQL",
};

/** What is ready before the first tweet. */
export function Readiness() {
  const { t } = useTranslation();
  const ready = useReady();
  const sources = useIngestion().data?.data.sources;
  const live = useLive((state) => state.status === "live");
  const asked = ready.data?.ready;
  const title = asked === undefined ? t("first.asking") : asked ? t("first.allReady") : t("first.someReady");
  return (
    <section className="tp-ready">
      <h2 className="tp-h2">{title}</h2>
      <QueryState query={ready} skeleton={<RowBones rows={4} />} small>
        {({ checks }) => (
          <ul>
            {checks.map((check) => (
              <Line key={`${check.name} ${check.adapter}`} name={capital(check.name)} ok={check.ok}>
                <span>
                  {check.ok ? (adapters[check.adapter] ?? (check.adapter || t("first.works"))) : check.detail}
                </span>
                <span className="tp-num">{`${count(check.ms)} ms`}</span>
              </Line>
            ))}
            <Line name={t("first.feed")} ok={live}>
              <span>{live ? t("first.thisTab") : t("first.away")}</span>
              <span />
            </Line>
            {sources !== undefined && (
              <Line name={t("first.sources")} ok={sources.some((source) => source.state === "connected")}>
                <span>
                  {sources.length === 0
                    ? t("first.noSources")
                    : sources.map(({ name, state }) => `${name}: ${state}`).join(", ")}
                </span>
                <span />
              </Line>
            )}
          </ul>
        )}
      </QueryState>
      <p className="tp-note">{t("first.note")}</p>
    </section>
  );
}

function Line({ name, ok, children }: { name: string; ok: boolean; children: React.ReactNode }) {
  return (
    <li>
      <span className={ok ? "tp-state tp-state-ok" : "tp-state tp-state-off"} aria-hidden />
      <span>{name}</span>
      {children}
    </li>
  );
}
