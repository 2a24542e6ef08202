// The model of a page of `analyze`, and its costs as a tree of modules.

const { layers, groups, metrics } = data;

layers.forEach((layer, index) => { layer.index = index; });
groups.forEach((group, index) => { Object.assign(group, { index, isGroup: true, children: [], layerCount: 0 }); });
// What holds everything is a group that no list names.
const root = { isGroup: true, children: [], name: 'model', layerCount: 0, index: -1 };
const holder = (item) => (item === root ? null : groups[item.isGroup ? item.parent : item.group] || root);
for (const item of [...groups, ...layers]) holder(item).children.push(item);

/** The groups around a layer or group, the innermost first. */
function around(item) {
  const found = [];
  for (let group = holder(item); group; group = holder(group)) found.push(group);
  return found;
}

// The sum of what is known in each layer and group, and how many layers have a cost that is not known. What
// runs elsewhere takes no time of its own.
for (const item of [root, ...groups, ...layers]) item.sums = Object.fromEntries(metrics.map(({ name }) => [name, { known: 0, unknown: 0 }]));
for (const { name, isOfKernels } of metrics) {
  for (const layer of layers) {
    const known = layer.costs[name];
    for (const item of [layer, ...around(layer)]) {
      if (known) item.sums[name].known += known[0];
      else if (!isOfKernels || !layer.isElsewhere) item.sums[name].unknown += 1;
    }
  }
}

for (const layer of layers) for (const group of around(layer)) group.layerCount += 1;

/** The mean place of the layers in it that run: a file may have its constants before everything. */
function place(item) {
  if (!item.isGroup) return item.index;
  if (item.place === undefined) {
    const inside = item.children.filter((child) => child.isGroup || !child.isElsewhere);
    const counted = inside.length > 0 ? inside : item.children;
    item.place = counted.reduce((sum, child) => sum + place(child), 0) / counted.length;
  }
  return item.place;
}
for (const group of [...groups, root]) group.children.sort((a, b) => place(a) - place(b));

const cost = (item, metric) => item.sums[metric.name].known;
const isBound = (item, metric) => item.sums[metric.name].unknown > 0;
/** Whether it costs something, or may. */
const isCostly = (item, metric) => cost(item, metric) > 0 || isBound(item, metric);
/** The cost of a layer or group; a sum that lacks a layer is a lower bound. */
const costText = (item, metric) => {
  if (!isBound(item, metric)) return engineering(cost(item, metric), metric.unit);
  return cost(item, metric) > 0 ? `≥ ${engineering(cost(item, metric), metric.unit)}` : 'unknown';
};
/** The share in the whole, which is not known while a cost is not. */
const shareText = (item, metric) => (isBound(root, metric) ? '-' : percent(cost(item, metric), total(metric)));
const total = (metric) => metric.total ?? cost(root, metric);
const titleOf = (item) => (item.isGroup ? item.name : `${item.index} ${item.name}`);
const unitOf = (layer) => {
  if (layer.placed === undefined) return '-';
  if (layer.isElsewhere) return layer.fusedInto ? 'fused' : 'view';
  return data.units[layer.placed];
};

/** Tells all parts of the page that a layer was chosen. */
function choose(layer) {
  document.dispatchEvent(new CustomEvent('choose', { detail: layer }));
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('button.layer');
  if (button) choose(layers[Number(button.dataset.layer)]);
});

{
  const open = new Set();
  const body = byId('tree').tBodies[0];
  const head = byId('tree').tHead.rows[0].cells[1];
  let metric = metrics[0];

  function row(item, depth, most) {
    const value = cost(item, metric);
    const mark = item.isGroup ? (open.has(item) ? '▾ ' : '▸ ') : '';
    const button = element('button', { type: 'button' }, mark + titleOf(item));
    button.title = item.fullName || item.name;
    if (item.isGroup) button.setAttribute('aria-expanded', String(open.has(item)));
    const note = item.isGroup ? `${item.layerCount} layers` : item.operator;
    const name = element('td', { className: 'name' }, button, ' ', element('span', { className: 'note' }, note));
    name.style.setProperty('--depth', depth);
    const share = element('td', { className: 'number share' }, shareText(item, metric));
    share.style.setProperty('--part', `${most > 0 ? (100 * value) / most : 0}%`);
    const made = element('tr', { className: item.isGroup ? 'group' : '' },
      name, element('td', { className: 'number' }, costText(item, metric)), share);
    button.addEventListener('click', () => {
      if (!item.isGroup) { choose(item); return; }
      if (!open.delete(item)) open.add(item);
      const place = [...body.rows].indexOf(made);
      fill();
      body.rows[place].querySelector('button').focus();
    });
    return made;
  }

  function rows(group, depth, most) {
    const children = group.children.filter((item) => isCostly(item, metric));
    if (byId('order').value === 'cost') children.sort((a, b) => cost(b, metric) - cost(a, metric));
    return children.flatMap((item) => [row(item, depth, most), ...(open.has(item) ? rows(item, depth + 1, most) : [])]);
  }

  function fill() {
    const most = Math.max(...root.children.map((item) => cost(item, metric)), 0);
    const rest = metric.total - cost(root, metric);
    const made = rows(root, 0, most);
    // What the runtime takes for each inference, and runs of other graphs of a text, are in no layer.
    if (rest > 1e-3 * metric.total) {
      made.push(element('tr', { className: 'rest' }, element('td', {}, `${data.remainder}, in no layer`),
        element('td', { className: 'number' }, engineering(rest, metric.unit)),
        element('td', { className: 'number share' }, percent(rest, metric.total))));
    }
    if (made.length === 0) made.push(element('tr', {}, element('td', { colSpan: 3 }, `No layer costs ${metric.title}.`)));
    body.replaceChildren(...made);
    head.textContent = metric.title;
  }

  for (const each of metrics) {
    const input = element('input', { type: 'radio', name: 'metric', value: each.name, checked: each === metric });
    input.addEventListener('change', () => { metric = each; fill(); });
    byId('metric').append(element('label', {}, input, ` ${each.title}`));
  }
  byId('order').addEventListener('change', fill);
  byId('close').hidden = groups.length === 0;
  byId('close').addEventListener('click', () => { open.clear(); fill(); });
  // What is open at first: the costliest module, and what is inside as long as it is nearly all of it.
  let group = root;
  do {
    const inside = group;
    group = inside.children.find((item) => item.isGroup && inside.children.every((other) => cost(other, metric) <= cost(item, metric)));
    if (group) open.add(group);
  } while (group && cost(group, metric) > 0.8 * total(metric));
  fill();
}
