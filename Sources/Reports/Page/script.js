'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const layers = data.layers;
  const total = data.total;
  const byId = (id) => document.getElementById(id);

  /** An HTML element with a text or children. */
  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  /** Three significant digits with an SI prefix, as the other reports write them. */
  function engineering(number, unit) {
    if (number === undefined || number === null) return 'unknown';
    if (number === 0) return '0';
    const prefixes = ['a', 'f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P'];
    let index = 6;
    let scaled = Math.abs(number);
    while (scaled >= 999.5 && index < prefixes.length - 1) { scaled /= 1000; index += 1; }
    while (scaled < 0.9995 && index > 0) { scaled *= 1000; index -= 1; }
    const decimals = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
    const digits = Number.isInteger(number) && index === 6 ? String(scaled) : scaled.toFixed(decimals);
    return `${number < 0 ? '-' : ''}${digits} ${prefixes[index]}${unit}`.trim();
  }

  const own = (layer, cell) => (layer.isElsewhere ? '-' : cell());
  const unitOf = (layer) => {
    if (layer.placed === undefined) return '-';
    if (layer.isElsewhere) return layer.fusedInto ? 'fused' : 'view';
    return data.units[layer.placed];
  };

  // The columns: a title, what a layer is sorted by, and what its cell shows.
  const columns = [
    { title: '#', number: true, key: (layer) => layer.index },
    { title: 'layer', key: (layer) => layer.name },
    {
      title: 'operator', key: (layer) => layer.operator,
      show: (layer) => layer.operator + (layer.repetitions > 1 ? ` ×${layer.repetitions}` : ''),
    },
    { title: 'output', key: (layer) => (layer.outputs[0] || '').split('  ').pop() },
    { title: 'MACs', number: true, key: (layer) => layer.macs, show: (layer) => engineering(layer.macs, '') },
    { title: 'bytes', number: true, key: (layer) => layer.bytes, show: (layer) => engineering(layer.bytes, 'B') },
  ];
  if (data.units.length > 0) {
    columns.push(
      { title: 'unit', key: unitOf },
      { title: 'bound', key: (layer) => layer.bound || '' },
      {
        title: 'time', number: true, key: (layer) => layer.time && layer.time[0],
        show: (layer) => own(layer, () => engineering(layer.time && layer.time[0], 's')),
      },
      {
        title: 'energy', number: true, key: (layer) => layer.energy && layer.energy[0],
        show: (layer) => own(layer, () => engineering(layer.energy && layer.energy[0], 'J')),
      },
    );
  }
  columns.push({
    title: `share of ${data.measure}`, number: true, key: (layer) => layer.cost,
    show: (layer) => (total > 0 ? `${((100 * layer.cost) / total).toFixed(1)} %` : '-'),
  });
  layers.forEach((layer, index) => { layer.index = index; });

  // MARK: Table

  const pageSize = 200;
  let sorted = { column: 0, isDescending: false };
  let shown = pageSize;
  let chosen = null;

  function fillSelect(select, values) {
    for (const value of [...new Set(values)].sort()) select.append(element('option', { value }, value));
  }
  fillSelect(byId('operator'), layers.map((layer) => layer.operator));
  fillSelect(byId('unit'), layers.map(unitOf));
  if (data.units.length === 0) byId('unit').parentElement.hidden = true;

  function found() {
    const text = byId('find').value.trim().toLowerCase();
    const operator = byId('operator').value;
    const unit = byId('unit').value;
    const onlyOwn = byId('own').checked;
    return layers.filter((layer) =>
      (!operator || layer.operator === operator)
      && (!unit || unitOf(layer) === unit)
      && (!onlyOwn || layer.cost > 0)
      && (!text || `${layer.fullName || layer.name} ${layer.operator}`.toLowerCase().includes(text)));
  }

  /** What is not known comes last in either direction. */
  function compare(left, right) {
    const key = columns[sorted.column].key;
    const [a, b] = [key(left), key(right)];
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
    const order = typeof a === 'string' ? a.localeCompare(b, 'en', { numeric: true }) : a - b;
    return (sorted.isDescending ? -order : order) || left.index - right.index;
  }

  function rowOf(layer) {
    const row = element('tr', { className: layer.index === chosen ? 'chosen' : '' });
    row.dataset.layer = layer.index;
    columns.forEach((column, place) => {
      const cell = element('td', { className: column.number ? 'number' : '' });
      const text = String((column.show || column.key)(layer));
      if (place === 0) {
        cell.append(element('button', { type: 'button', title: 'Show in the map' }, text));
      } else if (place === 1) {
        cell.className = 'name';
        cell.title = layer.fullName || layer.name;
        cell.append(element('bdi', {}, text));
      } else {
        cell.append(text);
      }
      if (place === columns.length - 1) {
        cell.classList.add('share');
        cell.style.setProperty('--part', `${total > 0 ? (100 * layer.cost) / total : 0}%`);
      }
      row.append(cell);
    });
    return row;
  }

  function fillTable() {
    const rows = found().sort(compare);
    byId('table').tBodies[0].replaceChildren(...rows.slice(0, shown).map(rowOf));
    byId('more').hidden = rows.length <= shown;
    byId('more').textContent = `Show all ${rows.length} layers`;
    byId('count').textContent = `${rows.length} of ${layers.length} layers`
      + (rows.length > shown ? `, the first ${shown} shown` : '');
  }

  const heads = columns.map((column, place) => {
    const button = element('button', { type: 'button' }, column.title);
    button.addEventListener('click', () => {
      const isSame = sorted.column === place;
      sorted = { column: place, isDescending: isSame ? !sorted.isDescending : Boolean(column.number) && place > 0 };
      markHeads();
      fillTable();
    });
    return element('th', { scope: 'col', className: column.number ? 'number' : '' }, button);
  });
  function markHeads() {
    heads.forEach((head, place) => {
      if (place !== sorted.column) head.removeAttribute('aria-sort');
      else head.setAttribute('aria-sort', sorted.isDescending ? 'descending' : 'ascending');
    });
  }
  byId('table').tHead.append(element('tr', {}, ...heads));
  markHeads();
  for (const [id, event] of [['find', 'input'], ['operator', 'change'], ['unit', 'change'], ['own', 'change']]) {
    byId(id).addEventListener(event, () => { shown = pageSize; fillTable(); });
  }
  document.querySelector('form').addEventListener('submit', (event) => event.preventDefault());
  byId('more').addEventListener('click', () => { shown = Infinity; fillTable(); });
  byId('table').tBodies[0].addEventListener('click', (event) => {
    const row = event.target.closest('tr');
    if (row) choose(Number(row.dataset.layer), true);
  });

  // MARK: Map

  const svgSpace = 'http://www.w3.org/2000/svg';
  const graph = byId('graph');
  const node = { width: 150, height: 40, rowHeight: 66 };
  const categories = ['#8ec1e8', '#f2b48a', '#8fd4bb', '#e0b7d0', '#f0cd84', '#b3dcf3'];
  const plain = '#d8dee4';
  const centre = (layer) => [layer.x * node.width, layer.row * node.rowHeight + node.height / 2];

  function drawn(name, attributes) {
    const made = document.createElementNS(svgSpace, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  }

  const edges = drawn('path', { class: 'edge', d: data.edges.map(edgePath).join('') });
  const boxes = drawn('g', {});
  const labels = drawn('g', {});
  const mark = drawn('rect', { class: 'chosen', rx: 4, width: node.width, height: node.height, visibility: 'hidden' });
  graph.append(edges, boxes, labels, mark);

  /** From the lower side of one box to the upper side of another, by its bends. */
  function edgePath(edge) {
    const [fromX, fromY] = centre(layers[edge.from]);
    const [toX, toY] = centre(layers[edge.to]);
    const first = layers[edge.from].row;
    const points = [[fromX, fromY + node.height / 2]];
    edge.bends.forEach((bend, place) => {
      const y = (first + place + 1) * node.rowHeight;
      points.push([bend * node.width, y], [bend * node.width, y + node.height]);
    });
    points.push([toX, toY - node.height / 2]);
    let path = `M${points[0][0]} ${points[0][1]}`;
    for (let place = 1; place < points.length; place += 1) {
      const [x0, y0] = points[place - 1];
      const [x, y] = points[place];
      if (x === x0) path += `V${y}`;
      else path += `C${x0} ${(y0 + y) / 2} ${x} ${(y0 + y) / 2} ${x} ${y}`;
    }
    return path;
  }

  // What boxes may be coloured by: a name, and a colour with what it stands for.
  const measures = {
    energy: [(layer) => layer.energy && layer.energy[0], 'J'],
    time: [(layer) => layer.time && layer.time[0], 's'],
    MACs: [(layer) => layer.macs, ''],
    bytes: [(layer) => layer.bytes, 'B'],
  };
  const choices = data.units.length > 0 ? ['unit', 'operator', 'energy', 'time', 'MACs', 'bytes'] : ['operator', 'MACs', 'bytes'];
  for (const choice of choices) byId('colour').append(element('option', { value: choice }, choice));
  if (data.units.length === 1) byId('colour').value = 'energy';

  function mixed(part) {
    const [from, to] = [[255, 247, 230], [224, 101, 32]];
    return `rgb(${from.map((start, place) => Math.round(start + (to[place] - start) * part)).join(' ')})`;
  }

  function colouring() {
    const choice = byId('colour').value;
    if (measures[choice]) {
      const [value, unit] = measures[choice];
      const most = layers.reduce((largest, layer) => Math.max(largest, value(layer) || 0), 0);
      const parts = most > 0 ? [0, 0.25, 0.5, 0.75, 1] : [];
      const steps = parts.map((part) => [mixed(part), engineering(part * most, unit)]);
      return {
        legend: [...steps, [plain, 'none of its own, or unknown']],
        // Twenty steps are as many as an eye tells apart, and as many shapes to draw.
        colour: (layer) => (value(layer) > 0 ? mixed(Math.round(20 * (value(layer) / most)) / 20) : plain),
      };
    }
    const name = choice === 'unit' ? unitOf : (layer) => layer.operator;
    const costs = new Map();
    for (const layer of layers) costs.set(name(layer), (costs.get(name(layer)) || 0) + layer.cost + 1e-30);
    const names = [...costs.keys()].filter((key) => !['-', 'fused', 'view'].includes(key))
      .sort((a, b) => costs.get(b) - costs.get(a)).slice(0, categories.length);
    return {
      legend: [...names.map((key, place) => [categories[place], key]), [plain, 'other']],
      colour: (layer) => categories[names.indexOf(name(layer))] || plain,
    };
  }

  function colourBoxes() {
    const { legend, colour } = colouring();
    const paths = new Map();
    for (const layer of layers) {
      const [x, y] = centre(layer);
      const path = `M${x - node.width / 2} ${y - node.height / 2}h${node.width}v${node.height}h${-node.width}z`;
      paths.set(colour(layer), (paths.get(colour(layer)) || '') + path);
    }
    boxes.replaceChildren(...[...paths].map(([fill, d]) => drawn('path', { class: 'box', fill, d })));
    byId('legend').replaceChildren(...legend.flatMap(([fill, text]) => {
      const sample = element('i', {});
      sample.style.background = fill;
      return [sample, text];
    }));
  }

  const right = layers.reduce((most, layer) => Math.max(most, layer.x), 0) * node.width + node.width / 2;
  const bottom = (layers.reduce((most, layer) => Math.max(most, layer.row), 0) + 1) * node.rowHeight;
  const view = { x: 0, y: 0, scale: 1 };

  const size = () => [graph.clientWidth || 800, graph.clientHeight || 500];

  function show() {
    const [width, height] = size();
    graph.setAttribute('viewBox', `${view.x} ${view.y} ${width / view.scale} ${height / view.scale}`);
    // Texts only for what is seen, and only where they can be read.
    const seen = view.scale < 0.45 ? [] : layers.filter((layer) => {
      const [x, y] = centre(layer);
      return x > view.x - node.width && x < view.x + width / view.scale + node.width
        && y > view.y - node.height && y < view.y + height / view.scale + node.height;
    });
    labels.replaceChildren(...seen.slice(0, 600).flatMap((layer) => {
      const [x, y] = centre(layer);
      const [first, second] = [drawn('text', { x: x - node.width / 2 + 6, y: y - 4 }), drawn('text', { x: x - node.width / 2 + 6, y: y + 11 })];
      first.textContent = `${layer.index} ${layer.operator}`.slice(0, 25);
      second.textContent = layer.cost > 0
        ? `${engineering(layer.cost, data.unit)}, ${((100 * layer.cost) / total).toFixed(1)} %` : (layer.outputs[0] || '').split('  ').pop().slice(0, 24);
      return [first, second];
    }));
  }

  function zoom(factor, x, y) {
    const [width, height] = size();
    const [atX, atY] = [x ?? width / 2, y ?? height / 2];
    const scale = Math.min(Math.max(view.scale * factor, 0.001), 6);
    view.x += atX / view.scale - atX / scale;
    view.y += atY / view.scale - atY / scale;
    view.scale = scale;
    show();
  }

  function fit() {
    const [width, height] = size();
    view.scale = Math.min(width / (right + 40), height / (bottom + 40), 1.5);
    view.x = right / 2 - width / view.scale / 2;
    view.y = bottom / 2 - height / view.scale / 2;
    show();
  }

  function centreOn(layer) {
    const [width, height] = size();
    const [x, y] = centre(layer);
    view.scale = Math.max(view.scale, 0.8);
    view.x = x - width / view.scale / 2;
    view.y = y - height / view.scale / 2;
    show();
  }

  function term(name, ...texts) {
    const known = texts.filter((text) => text);
    return known.length === 0 ? [] : [element('dt', {}, name), ...known.map((text) => element('dd', {}, text))];
  }

  function interval(numbers, unit) {
    return numbers && `${engineering(numbers[0], unit)} (${engineering(numbers[1], unit)} to ${engineering(numbers[2], unit)})`;
  }

  function describe(layer) {
    byId('details').replaceChildren(
      element('h3', {}, `${layer.index} ${layer.name}`),
      element('dl', {},
        ...term('operator', layer.sourceOperator ? `${layer.operator} (${layer.sourceOperator} in the file)` : layer.operator),
        ...term('name in the file', layer.fullName),
        ...term('runs', layer.repetitions > 1 && `${layer.repetitions} times in an inference`),
        ...term('part of the kernel of', layer.fusedInto),
        ...term('unit', data.units[layer.placed], layer.reason),
        ...term('time', interval(layer.time, 's')),
        ...term('energy', interval(layer.energy, 'J')),
        ...term('operational carbon', interval(layer.carbon, 'gCO2e')),
        ...term('bound', layer.bound),
        ...term('multiply-accumulates', layer.macs === undefined ? 'unknown' : layer.macs.toLocaleString('en')),
        ...term('bytes moved, at least', layer.bytes === undefined ? 'unknown' : layer.bytes.toLocaleString('en')),
        ...term('parameters', layer.parameters && layer.parameters.toLocaleString('en')),
        ...term('reads', ...layer.inputs),
        ...term('makes', ...layer.outputs)));
  }

  function choose(index, movesMap) {
    const layer = layers[index];
    if (!layer) return;
    chosen = index;
    for (const row of byId('table').tBodies[0].rows) row.classList.toggle('chosen', Number(row.dataset.layer) === index);
    const [x, y] = centre(layer);
    mark.setAttribute('x', x - node.width / 2);
    mark.setAttribute('y', y - node.height / 2);
    mark.setAttribute('visibility', 'visible');
    describe(layer);
    if (movesMap) centreOn(layer);
  }

  function layerAt(event) {
    const frame = graph.getBoundingClientRect();
    const x = view.x + (event.clientX - frame.left) / view.scale;
    const y = view.y + (event.clientY - frame.top) / view.scale;
    return layers.find((layer) => {
      const [middle, height] = centre(layer);
      return Math.abs(x - middle) <= node.width / 2 && Math.abs(y - height) <= node.height / 2;
    });
  }

  let drag = null;
  graph.addEventListener('pointerdown', (event) => {
    drag = { x: event.clientX, y: event.clientY, moved: 0 };
    graph.setPointerCapture(event.pointerId);
  });
  graph.addEventListener('pointermove', (event) => {
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    drag = { x: event.clientX, y: event.clientY, moved: drag.moved + Math.abs(dx) + Math.abs(dy) };
    view.x -= dx / view.scale;
    view.y -= dy / view.scale;
    show();
  });
  graph.addEventListener('pointerup', (event) => {
    const isClick = drag && drag.moved < 4;
    drag = null;
    const layer = isClick && layerAt(event);
    if (layer) choose(layer.index, false);
  });
  graph.addEventListener('pointercancel', () => { drag = null; });
  graph.addEventListener('wheel', (event) => {
    // A page that is scrolled past the map must not be caught by it.
    if (document.activeElement !== graph && !event.ctrlKey) return;
    event.preventDefault();
    const frame = graph.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 400), event.clientX - frame.left, event.clientY - frame.top);
  }, { passive: false });
  graph.addEventListener('keydown', (event) => {
    const last = layers.length - 1;
    const actions = {
      '+': () => zoom(1.3), '=': () => zoom(1.3), '-': () => zoom(1 / 1.3), 0: fit,
      ArrowDown: () => choose(Math.min((chosen ?? -1) + 1, last), true),
      ArrowRight: () => choose(Math.min((chosen ?? -1) + 1, last), true),
      ArrowUp: () => choose(Math.max((chosen ?? 1) - 1, 0), true),
      ArrowLeft: () => choose(Math.max((chosen ?? 1) - 1, 0), true),
      Home: () => choose(0, true), End: () => choose(last, true),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });
  byId('in').addEventListener('click', () => zoom(1.3));
  byId('out').addEventListener('click', () => zoom(1 / 1.3));
  byId('fit').addEventListener('click', fit);
  byId('colour').addEventListener('change', colourBoxes);
  document.addEventListener('click', (event) => {
    const button = event.target.closest('button.layer');
    if (!button) return;
    choose(Number(button.dataset.layer), true);
    byId('map').scrollIntoView();
  });
  window.addEventListener('resize', show);
  window.addEventListener('beforeprint', fit);

  fillTable();
  colourBoxes();
  if (layers.length > 0) {
    fit();
    // A long graph is a thread when it is shown whole: begin at its first layers instead.
    if (view.scale < 0.6) {
      const [width] = size();
      const [x] = centre(layers[0]);
      Object.assign(view, { scale: 0.9, x: x - width / 0.9 / 2, y: -20 });
      show();
    }
  }
})();
