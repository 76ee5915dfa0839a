import barpolar from "plotly.js/lib/barpolar";
import carpet from "plotly.js/lib/carpet";
import contourcarpet from "plotly.js/lib/contourcarpet";
import scattercarpet from "plotly.js/lib/scattercarpet";
import scatterpolar from "plotly.js/lib/scatterpolar";
import scattersmith from "plotly.js/lib/scattersmith";
import scatterternary from "plotly.js/lib/scatterternary";

export const traces = [barpolar, carpet, contourcarpet, scattercarpet, scatterpolar, scattersmith, scatterternary];
