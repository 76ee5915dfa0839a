// Before the first paint: the reader's own colours and row height, if there are any. See src/design/theme.ts.
(function () {
  try {
    var root = document.documentElement, theme = localStorage.getItem("jarvis.theme"), density = localStorage.getItem("jarvis.density");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    if (density === "compact" || density === "cosy") root.dataset.density = density;
  } catch (_) {}
})();
