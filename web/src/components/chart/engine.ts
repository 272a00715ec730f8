/** The ECharts parts in use. Every added part is weighed against the budget. */
import { BarChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, GridComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

export type { EChartsCoreOption, EChartsType } from "echarts/core";
export { init };
