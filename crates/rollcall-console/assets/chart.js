// The chart of changes in and out. It reads the table beside it, so that both always say the same.
"use strict";

(() => {
  let plot = null;

  const token = (name) => getComputedStyle(probe(name)).color;
  // A token may be a pair of colours; an element of the page resolves it for the theme in force.
  function probe(name) {
    const swatch = document.getElementById("swatch") ?? document.body.appendChild(Object.assign(document.createElement("i"), { id: "swatch", hidden: true }));
    swatch.style.color = `var(--${name})`;
    return swatch;
  }

  function read() {
    const columns = [[], [], []];
    for (const row of document.querySelectorAll("#chart-data tbody tr")) {
      columns[0].push(Date.parse(row.querySelector("time").dateTime) / 1000);
      const [came, went] = [...row.querySelectorAll("td")].map((cell) => Number(cell.textContent.replaceAll(",", "")));
      columns[1].push(came);
      columns[2].push(went);
    }
    // The last stretch of time has a width too.
    const [at] = columns;
    if (at.length > 1) {
      at.push(2 * at.at(-1) - at.at(-2));
      columns[1].push(null);
      columns[2].push(columns[2].at(-1));
    }
    return columns;
  }

  const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

  function options(box) {
    const soft = token("soft");
    const line = token("line");
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: soft, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    const bars = uPlot.paths.bars({ align: 1, size: [0.85, 40] });
    const steps = uPlot.paths.stepped({ align: 1 });
    return {
      width: box.clientWidth,
      height: box.clientHeight,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
      scales: { y: { range: (_, low, high) => [0, Math.max(4, Math.ceil(high * 1.1))] } },
      axes: [
        { ...axis, grid: { show: false }, space: 70, size: 28, values: (_, ticks) => ticks.map((at) => hour.format(new Date(at * 1000))) },
        { ...axis, size: 44, space: 44, values: (_, ticks) => ticks.map((n) => (Number.isInteger(n) ? n.toLocaleString("en") : "")) },
      ],
      series: [
        {},
        { label: "came in", stroke: token("chart"), fill: token("chart"), width: 0, paths: bars, points: { show: false } },
        { label: "confirmed", stroke: token("ok"), width: 1.5, dash: [4, 3], paths: steps, points: { show: false } },
      ],
      hooks: { setCursor: [tell] },
    };
  }

  // The numbers under the pointer stand in the legend.
  function tell(self) {
    const legend = document.querySelector("#chart-data .legend");
    if (!legend) return;
    const at = self.cursor.idx;
    const under = legend.querySelector(".under") ?? legend.appendChild(Object.assign(document.createElement("span"), { className: "under" }));
    under.textContent = at == null || self.data[1][at] == null ? "" : `${hour.format(new Date(self.data[0][at] * 1000))}: ${self.data[1][at]} in, ${self.data[2][at]} confirmed`;
  }

  function draw() {
    const box = document.querySelector("[data-chart]");
    if (!box) return;
    const data = read();
    if (plot && plot.root.isConnected) {
      plot.setData(data);
      return;
    }
    plot = new uPlot(options(box), data, box);
  }

  function redraw() {
    plot?.destroy();
    plot = null;
    draw();
  }

  document.addEventListener("preference", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.target.id === "chart-data") draw(); });
  addEventListener("resize", () => {
    const box = document.querySelector("[data-chart]");
    if (plot && box && plot.width !== box.clientWidth) plot.setSize({ width: box.clientWidth, height: box.clientHeight });
  });
  draw();
})();
