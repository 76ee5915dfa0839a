import cone from "plotly.js/lib/cone";
import isosurface from "plotly.js/lib/isosurface";
import mesh3d from "plotly.js/lib/mesh3d";
import parcoords from "plotly.js/lib/parcoords";
import scatter3d from "plotly.js/lib/scatter3d";
import scattergl from "plotly.js/lib/scattergl";
import scatterpolargl from "plotly.js/lib/scatterpolargl";
import splom from "plotly.js/lib/splom";
import streamtube from "plotly.js/lib/streamtube";
import surface from "plotly.js/lib/surface";
import volume from "plotly.js/lib/volume";

export const traces = [cone, isosurface, mesh3d, parcoords, scatter3d, scattergl, scatterpolargl, splom, streamtube, surface, volume];
