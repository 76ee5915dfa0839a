// A plot's layout in the colours of the page: what its author did not choose follows the theme. Pure.

type Tree = Record<string, unknown>;

const PALETTE = ["#3f7fd0", "#d97b1f", "#2a9a6a", "#c9487f", "#8568d4", "#a88c10", "#1c9bab", "#d2503f", "#76818f", "#6b962a", "#a5643a", "#c75fc0"];

function tree(value: unknown): Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}

function axis(value: unknown, colours: Record<string, string>): Tree {
  const given = tree(value);
  return { gridcolor: colours["--line"], zerolinecolor: colours["--line-strong"], linecolor: colours["--line-strong"], ...given, ...(given.automargin === undefined ? { automargin: true } : {}) };
}

/** White paper is what libraries put there by themselves; on a dark page it is not meant. */
function isWhite(colour: unknown): boolean {
  return typeof colour !== "string" || /^(#fff(fff)?|white|rgba?\(255, ?255, ?255(, ?[\d.]+)?\))$/i.test(colour.trim());
}

export function dressed(layout: unknown, size: { width: number; height: number }, colours: Record<string, string>): Tree {
  const given = tree(layout);
  const out: Tree = { ...given };
  delete out.title;
  delete out.width;
  delete out.height;
  // Pictures from elsewhere are not fetched by somebody's plot.
  if (Array.isArray(given.images)) out.images = given.images.filter((one) => /^data:image\/(png|jpe?g|gif|webp);/i.test(String(tree(one).source)));
  out.width = size.width;
  out.height = size.height;
  out.autosize = false;
  out.paper_bgcolor = isWhite(given.paper_bgcolor) ? "rgba(0,0,0,0)" : given.paper_bgcolor;
  out.plot_bgcolor = isWhite(given.plot_bgcolor) ? "rgba(0,0,0,0)" : given.plot_bgcolor;
  out.font = { family: "Inter, Roboto, sans-serif", size: 11, ...tree(given.font), color: colours["--text-2"] };
  out.colorway ??= PALETTE;
  out.margin = { l: 44, r: 14, t: 14, b: 36, ...tree(given.margin), ...(given.title === undefined ? {} : { t: 14 }) };
  out.legend = { ...tree(given.legend), bgcolor: "rgba(0,0,0,0)" };
  out.hoverlabel = { font: { family: "Inter, Roboto, sans-serif", size: 11 }, ...tree(given.hoverlabel) };
  out.modebar = { bgcolor: "rgba(0,0,0,0)", color: colours["--text-3"], activecolor: colours["--accent"] };
  for (const key of ["xaxis", "yaxis", ...Object.keys(given).filter((name) => /^[xy]axis\d+$/.test(name))]) out[key] = axis(given[key], colours);
  for (const key of Object.keys(given).filter((name) => /^scene\d*$/.test(name)).concat(given.scene === undefined ? ["scene"] : [])) {
    const scene = tree(given[key]);
    out[key] = { ...scene, bgcolor: "rgba(0,0,0,0)", xaxis: sceneAxis(scene.xaxis, colours), yaxis: sceneAxis(scene.yaxis, colours), zaxis: sceneAxis(scene.zaxis, colours) };
  }
  for (const key of Object.keys(given).filter((name) => /^polar\d*$/.test(name))) out[key] = { ...tree(given[key]), bgcolor: "rgba(0,0,0,0)" };
  // Templates carry a theme of their own, and are the largest part of many plots.
  delete out.template;
  return out;
}

function sceneAxis(value: unknown, colours: Record<string, string>): Tree {
  return { gridcolor: colours["--line-strong"], zerolinecolor: colours["--line-strong"], color: colours["--text-3"], ...tree(value), showbackground: false };
}
