// Charts take the colours of the page, and are drawn again when these or the width change.
const dark = matchMedia("(prefers-color-scheme: dark)");

function theme(width) {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(`--${name}`).trim();
  const text = { labelColor: color("muted"), titleColor: color("muted"), labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" };
  return {
    background: "transparent",
    font: "system-ui, sans-serif",
    view: { stroke: null },
    mark: { color: color("accent") },
    text: { color: color("ink"), fontSize: 13 },
    range: { category: [color("accent"), color("second")] },
    axis: { ...text, domainColor: color("line"), tickColor: color("line"), gridColor: color("line") },
    axisXBand: { grid: false },
    axisY: { labelLimit: width * 0.42 },
    legend: text,
    style: {
      estimate: { filled: true, size: 70, color: color("accent") },
      interval: { color: color("accent"), strokeWidth: 2, opacity: 0.6 },
      path: { color: color("accent"), opacity: 0.35 },
      reference: { color: color("second"), strokeDash: [5, 4], strokeWidth: 1.5 },
    },
  };
}

function draw() {
  for (const [name, spec] of Object.entries(specs)) {
    const place = document.getElementById(`chart-${name}`);
    vegaEmbed(place, spec, { actions: false, renderer: "svg", config: theme(place.clientWidth) });
  }
}

draw();
dark.addEventListener("change", draw);
