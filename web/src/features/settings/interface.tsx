// How the pages look and behave.
import { Segments } from "~/design/button";
import { Switch } from "~/design/field";
import { Panel } from "~/design/parts";
import { applyDensity, applyTheme, DENSITIES, THEMES, useDensity, useTheme } from "~/design/theme";
import { usePreferences, useSetPreferences } from "~/preferences/preferences";
import css from "./settings.module.css";

const THEME_WORDS = { system: "As the system", light: "Light", dark: "Dark" } as const;
const DENSITY_WORDS = { compact: "Compact", normal: "Normal", cosy: "Cosy" } as const;

export function Interface() {
  const theme = useTheme();
  const density = useDensity();
  const { showHidden = false, redactContainer = true } = usePreferences();
  const set = useSetPreferences();
  return (
    <Panel label="Interface">
      <div className={css.option}>
        <div>
          Colours<p>Both meet the contrast of WCAG AA.</p>
        </div>
        <Segments
          label="Colours"
          value={theme}
          options={THEMES.map((value) => ({ value, label: THEME_WORDS[value] }))}
          onChange={(next) => {
            applyTheme(next);
            set({ theme: next });
          }}
        />
      </div>
      <div className={css.option}>
        <div>
          Rows of tables<p>24, 28 or 36 pixels high.</p>
        </div>
        <Segments
          label="Rows of tables"
          value={density}
          options={DENSITIES.map((value) => ({ value, label: DENSITY_WORDS[value] }))}
          onChange={(next) => {
            applyDensity(next);
            set({ density: next });
          }}
        />
      </div>
      <div className={css.option}>
        <div>
          Hidden projects and queues<p>Those behind datasets, pipelines and reports, and what is marked as hidden.</p>
        </div>
        <Switch label="Show them" checked={showHidden} onChange={(next) => set({ showHidden: next })} />
      </div>
      <div className={css.option}>
        <div>
          Secrets in container arguments<p>Values of environment variables that look like passwords, keys and tokens.</p>
        </div>
        <Switch label="Hide them" checked={redactContainer} onChange={(next) => set({ redactContainer: next })} />
      </div>
    </Panel>
  );
}
