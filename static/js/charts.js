// Draws every `canvas[data-chart]` from the table that `data-table` names: what is drawn can be read, too.
// A series is a `th[data-series]` (its colour, if not by its place: `data-color`); its values are the `td[data-value]` of the rows, in the same order.

const { Chart } = window;
const series = ["--ink-faint", "--accent", "--good"];

// Canvas knows no `light-dark()`: an element of the page says what a colour of the tokens is now.
function color(name) {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function read(table) {
  const rows = [...table.tBodies[0].rows].filter((row) => row.querySelector("[data-value]"));
  const heads = [...table.querySelectorAll("th[data-series]")];
  const value = (row, number) => row.querySelectorAll("td[data-value]")[number].dataset.value;
  const data = (number) => rows.map((row) => (value(row, number) === "" ? null : Number(value(row, number))));
  return {
    labels: rows.map((row) => row.querySelector("th").textContent),
    datasets: heads.map((head, number) => ({ label: head.dataset.series, token: head.dataset.color, data: data(number) })),
  };
}

function dressed({ token, ...dataset }, number) {
  const own = color(token ?? series[number]);
  return { ...dataset, backgroundColor: own, borderColor: own, borderWidth: 2, pointRadius: 3, spanGaps: true };
}

function draw(canvas) {
  const { labels, datasets } = read(document.getElementById(canvas.dataset.table));
  const [ink, line] = [color("--ink-soft"), color("--line")];
  const axis = { ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16 }, grid: { color: line } };
  const y = { ...axis, beginAtZero: true, title: { display: true, text: canvas.dataset.unit, color: ink } };
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  return new Chart(canvas, {
    type: canvas.dataset.chart,
    data: { labels, datasets: datasets.map(dressed) },
    options: { animation: false, maintainAspectRatio: false, scales: { x: axis, y }, plugins: { legend: { labels: { color: ink } } } },
  });
}

const canvases = [...document.querySelectorAll("canvas[data-chart]")];
let charts = canvases.map(draw);

function redraw() {
  for (const chart of charts) chart.destroy();
  charts = canvases.map(draw);
}

// The colours change with the system's theme, and with the admin's own switch.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
