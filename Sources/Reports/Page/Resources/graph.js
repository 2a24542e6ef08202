// The graph of a page of `analyze`: a tree of modules, of which those that are open show what is inside.

{
  const svgSpace = 'http://www.w3.org/2000/svg';
  const graph = byId('graph');
  const size = { width: 176, height: 44, head: 26, padding: 16 };
  const categories = ['#8ec1e8', '#f2b48a', '#8fd4bb', '#e0b7d0', '#f0cd84', '#c3c9ae'];
  const plain = '#e3e7eb';
  const open = new Set([root]);
  const hottest = layers.filter((layer) => cost(layer, metrics[0]) > 0)
    .reduce((best, layer) => (best && cost(best, metrics[0]) >= cost(layer, metrics[0]) ? best : layer), null);
  let chosen = null;
  let boxes = new Map();

  function drawn(name, attributes, ...children) {
    const made = document.createElementNS(svgSpace, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // An edge is drawn in the innermost group that holds both its ends, between the children that hold them.
  for (const group of [root, ...groups]) group.pairs = [];
  for (const [from, to] of data.edges) {
    const ways = [from, to].map((index) => [layers[index], ...around(layers[index])]);
    const within = new Set(ways[1]);
    const place = ways[0].findIndex((item) => within.has(item));
    const group = ways[0][place];
    const ends = [ways[0][place - 1], ways[1][ways[1].indexOf(group) - 1]];
    group.pairs.push(ends);
  }

  /** The size of a box, with where what is inside goes if it is open. */
  function arranged(item) {
    if (!item.isGroup || !open.has(item)) return { item, width: size.width, height: size.height };
    const inside = item.children.map(arranged);
    const places = new Map(item.children.map((child, place) => [child, place]));
    const found = layered(inside, item.pairs.map((ends) => ends.map((end) => places.get(end))));
    const frame = item === root ? { head: 0, padding: 0 } : size;
    return {
      item, inside, found, isOpen: true,
      width: Math.max(found.width + 2 * frame.padding, size.width),
      height: found.height + frame.head + 2 * frame.padding,
      left: frame.padding, top: frame.head + frame.padding,
    };
  }

  // MARK: Colours

  const choices = [...(data.units.length > 1 ? ['unit'] : []), ...metrics.map((metric) => metric.title), 'operator'];
  for (const choice of choices) byId('colour').append(element('option', { value: choice }, choice));
  byId('colour').value = metrics[0].title;

  /** From near white to orange, as other formats colour costs; lightness falls throughout. */
  function mixed(part) {
    const [from, to] = [[255, 247, 230], [224, 101, 32]];
    return `rgb(${from.map((start, place) => Math.round(start + (to[place] - start) * part)).join(' ')})`;
  }

  /** A legend, and the colour of a layer or a closed module. */
  function colouring() {
    const metric = metrics.find((each) => each.title === byId('colour').value);
    if (metric) {
      const whole = total(metric);
      const steps = whole > 0 ? [0.01, 0.1, 0.3, 1] : [];
      // The square root tells small shares apart.
      return {
        legend: [...steps.map((part) => [mixed(Math.sqrt(part)), `${100 * part} %`]), [plain, 'none or unknown']],
        colour: (item) => (cost(item, metric) > 0 && whole > 0 ? mixed(Math.sqrt(Math.min(1, cost(item, metric) / whole))) : plain),
      };
    }
    const name = byId('colour').value === 'unit' ? unitOf : (layer) => layer.operator;
    const costs = new Map();
    for (const layer of layers) costs.set(name(layer), (costs.get(name(layer)) || 0) + cost(layer, metrics[0]) + 1e-30);
    const names = [...costs.keys()].filter((key) => !['-', 'fused', 'view'].includes(key))
      .sort((a, b) => costs.get(b) - costs.get(a)).slice(0, categories.length);
    return {
      legend: [...names.map((key, place) => [categories[place], key]), [plain, 'other, or a module']],
      colour: (item) => (item.isGroup ? plain : categories[names.indexOf(name(item))] || plain),
    };
  }

  // MARK: Drawing

  const short = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
  const endOf = (text, length) => (text.length > length ? `…${text.slice(1 - length)}` : text);

  function curve(points) {
    let path = `M${points[0][0]} ${points[0][1]}`;
    for (let step = 1; step < points.length; step += 1) {
      const [[x, y], [toX, toY]] = [points[step - 1], points[step]];
      const isStraight = x === toX || y === toY || toY < y;
      path += isStraight ? `L${toX} ${toY}` : `C${x} ${(y + toY) / 2} ${toX} ${(y + toY) / 2} ${toX} ${toY}`;
    }
    return path;
  }

  function drawBox(box, x, y, colour, parts) {
    const { item } = box;
    if (item !== root) {
      boxes.set(item, { x, y, width: box.width, height: box.height });
      const kind = `box${item.isGroup ? ' module' : ''}${box.isOpen ? ' open' : ''}${item === chosen ? ' chosen' : ''}`;
      const rect = drawn('rect', { class: kind, x, y, width: box.width, height: box.height, rx: item.isGroup ? 8 : 3 });
      if (!box.isOpen) rect.style.fill = colour(item);
      const costly = isCostly(item, metrics[0]);
      const share = costly ? `${costText(item, metrics[0])}, ${shareText(item, metrics[0])}` : '';
      const mark = item.isGroup ? (box.isOpen ? '▾ ' : '▸ ') : '';
      const lines = item.isGroup
        ? [mark + endOf(item.name, 24), `${item.layerCount} layers${costly ? `, ${shareText(item, metrics[0])}` : ''}`]
        : [short(`${item.index} ${item.operator}`, 26), costly ? share : short((item.outputs[0] || '').split('  ').pop(), 26)];
      const tip = drawn('title', {}, costly ? `${titleOf(item)}: ${share}` : titleOf(item));
      const group = drawn('g', { class: box.isOpen ? 'inside' : 'closed' }, tip, rect);
      group.item = item;
      if (box.isOpen) {
        const text = drawn('text', { x: x + 10, y: y + 18, class: 'head' }, short(`${mark}${item.name} · ${lines[1]}`, Math.floor(box.width / 6.5)));
        group.append(text);
      } else {
        lines.forEach((line, place) => group.append(drawn('text', { x: x + 8, y: y + 18 + 16 * place, class: place === 0 ? 'first' : '' }, line)));
      }
      parts.push(group);
    }
    if (!box.isOpen) return;
    const [left, top] = [x + box.left, y + box.top];
    const path = box.found.lines.map((line) => curve(line.points.map(([pointX, pointY]) => [left + pointX, top + pointY]))).join('');
    parts.push(drawn('path', { class: 'edge', d: path }));
    box.inside.forEach((child, place) => {
      drawBox(child, left + box.found.places[place].x, top + box.found.places[place].y, colour, parts);
    });
  }

  let whole = { width: 1, height: 1 };
  function draw() {
    const { legend, colour } = colouring();
    const parts = [];
    boxes = new Map();
    whole = arranged(root);
    drawBox(whole, 0, 0, colour, parts);
    graph.replaceChildren(...parts);
    byId('fold').disabled = open.size === 1;
    byId('legend').replaceChildren(...legend.flatMap(([fill, text]) => {
      const sample = element('i', {});
      sample.style.background = fill;
      return [sample, text];
    }));
  }

  // MARK: View

  const view = { x: 0, y: 0, scale: 1 };
  const viewport = () => [graph.clientWidth || 800, graph.clientHeight || 500];

  function show() {
    const [width, height] = viewport();
    // Some of the graph stays in sight, however far it is moved.
    const margin = 60 / view.scale;
    view.x = Math.min(Math.max(view.x, margin - width / view.scale), whole.width - margin);
    view.y = Math.min(Math.max(view.y, margin - height / view.scale), whole.height - margin);
    graph.setAttribute('viewBox', `${view.x} ${view.y} ${width / view.scale} ${height / view.scale}`);
    graph.classList.toggle('far', view.scale < 0.35);
  }

  function zoom(factor, x, y) {
    const [width, height] = viewport();
    const [atX, atY] = [x ?? width / 2, y ?? height / 2];
    const scale = Math.min(Math.max(view.scale * factor, 0.01), 4);
    view.x += atX / view.scale - atX / scale;
    view.y += atY / view.scale - atY / scale;
    view.scale = scale;
    show();
  }

  function fit() {
    const [width, height] = viewport();
    view.scale = Math.min(width / (whole.width + 40), height / (whole.height + 40), 1.2);
    view.x = whole.width / 2 - width / view.scale / 2;
    view.y = whole.height / 2 - height / view.scale / 2;
    show();
  }

  function centreOn(item, scale = Math.max(view.scale, 0.8)) {
    const [width, height] = viewport();
    const box = boxes.get(item);
    if (!box) { fit(); return; }
    view.scale = scale;
    // Of a module that is higher than the window the head is shown.
    const middle = box.y + Math.min(box.height / 2, height / scale / 2 - 20);
    view.x = filled(box.x + box.width / 2 - width / scale / 2, width / scale, whole.width);
    view.y = filled(middle - height / scale / 2, height / scale, whole.height);
    show();
  }

  /** Where a window of a length starts so that it shows no more than a margin beside the graph. */
  function filled(start, length, all) {
    const margin = 20;
    if (all + 2 * margin <= length) return (all - length) / 2;
    return Math.min(Math.max(start, -margin), all + margin - length);
  }

  /** Opens all that is around a layer or module. */
  function reveal(item) { for (const group of around(item)) open.add(group); }

  // MARK: Choice

  function term(name, ...texts) {
    const known = texts.filter((text) => text);
    return known.length === 0 ? [] : [element('dt', {}, name), ...known.map((text) => element('dd', {}, text))];
  }

  function interval(numbers, unit) {
    if (!numbers || numbers.length < 3) return numbers && engineering(numbers[0], unit);
    return `${engineering(numbers[0], unit)} (${engineering(numbers[1], unit)} to ${engineering(numbers[2], unit)})`;
  }

  function describe(item) {
    const costs = metrics.flatMap((metric) => term(metric.title, item.isGroup
      ? `${costText(item, metric)}, ${shareText(item, metric)}`
      : interval(item.costs[metric.name], metric.unit) || (isBound(item, metric) && 'unknown')));
    const facts = item.isGroup ? term('layers', String(item.layerCount)) : [
      ...term('operator', item.sourceOperator ? `${item.operator} (${item.sourceOperator} in the file)` : item.operator),
      ...term('name in the file', item.fullName),
      ...term('module', around(item).filter((group) => group !== root).map((group) => group.name).reverse().join(' / ')),
      ...term('runs', item.repetitions > 1 && `${item.repetitions} times in ${data.run}`),
      ...term('part of the kernel of', item.fusedInto),
      ...term('unit', data.units[item.placed], item.reason),
      ...term('limited by', item.bound),
      ...term('parameters', item.parameters && item.parameters.toLocaleString('en')),
      ...term('reads', ...item.inputs),
      ...term('makes', ...item.outputs),
    ];
    byId('details').replaceChildren(element('h3', {}, titleOf(item)), element('dl', {}, ...costs, ...facts));
  }

  function select(item, { opens = false, moves = true } = {}) {
    chosen = item;
    reveal(item);
    if (opens && item.isGroup && !open.delete(item)) open.add(item);
    draw();
    describe(item);
    if (moves) centreOn(item); else show();
  }

  document.addEventListener('choose', (event) => {
    select(event.detail);
    byId('map').scrollIntoView();
  });

  let drag = null;
  graph.addEventListener('pointerdown', (event) => {
    drag = { x: event.clientX, y: event.clientY, moved: 0, target: event.target.closest('g') };
    graph.setPointerCapture(event.pointerId);
  });
  graph.addEventListener('pointermove', (event) => {
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    drag = { ...drag, x: event.clientX, y: event.clientY, moved: drag.moved + Math.abs(dx) + Math.abs(dy) };
    if (drag.moved < 4) return;
    view.x -= dx / view.scale;
    view.y -= dy / view.scale;
    show();
  });
  graph.addEventListener('pointerup', () => {
    const item = drag && drag.moved < 4 && drag.target && drag.target.item;
    drag = null;
    if (!item) return;
    const before = boxes.get(item);
    select(item, { opens: true, moves: false });
    // The box stays under the pointer while what is around it moves.
    const after = boxes.get(item);
    view.x += after.x - before.x;
    view.y += after.y - before.y;
    show();
  });
  graph.addEventListener('pointercancel', () => { drag = null; });
  graph.addEventListener('wheel', (event) => {
    // A page that is scrolled past the graph must not be caught by it.
    if (document.activeElement !== graph && !event.ctrlKey) return;
    event.preventDefault();
    const frame = graph.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 400), event.clientX - frame.left, event.clientY - frame.top);
  }, { passive: false });
  graph.addEventListener('keydown', (event) => {
    const shown = [...boxes.keys()];
    const at = (place) => shown.length > 0 && select(shown[Math.min(Math.max(place, 0), shown.length - 1)]);
    const place = shown.indexOf(chosen);
    const actions = {
      '+': () => zoom(1.3), '=': () => zoom(1.3), '-': () => zoom(1 / 1.3), 0: fit,
      ArrowDown: () => at(place + 1), ArrowRight: () => at(place + 1),
      ArrowUp: () => at(place - 1), ArrowLeft: () => at(place - 1),
      Home: () => at(0), End: () => at(shown.length - 1),
      Enter: () => chosen && select(chosen, { opens: true }), ' ': () => chosen && select(chosen, { opens: true }),
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });
  byId('in').addEventListener('click', () => zoom(1.3));
  byId('out').addEventListener('click', () => zoom(1 / 1.3));
  byId('fit').addEventListener('click', fit);
  byId('fold').addEventListener('click', () => { open.clear(); open.add(root); draw(); fit(); });
  byId('fold').hidden = groups.length === 0;
  byId('colour').addEventListener('change', draw);
  window.addEventListener('resize', show);
  window.addEventListener('beforeprint', fit);

  // The first view is of the costliest layer, in the modules that it is in, at a size that can be read.
  if (hottest) reveal(hottest);
  draw();
  fit();
  if (view.scale < 0.55) centreOn(hottest || root.children[0], 0.8);
}
