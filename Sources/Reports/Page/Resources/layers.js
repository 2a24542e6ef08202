// The table of all layers of a page of `analyze`.

{
  const ranking = metrics[0];
  const isTimed = data.units.length > 0;
  const value = (layer, name) => layer.costs[name] && layer.costs[name][0];
  const measure = (title, name, unit, isOwn, minor) => ({
    title, number: true, minor,
    key: (layer) => value(layer, name),
    show: (layer) => (isOwn && layer.isElsewhere ? '-' : engineering(value(layer, name), unit)),
  });
  const columns = [
    {
      title: '#', number: true, key: (layer) => layer.index,
      fill: (cell, layer) => {
        const button = element('button', { type: 'button', className: 'layer', title: 'Show in the graph' }, String(layer.index));
        button.dataset.layer = layer.index;
        cell.append(button);
      },
    },
    {
      title: 'layer', key: (layer) => layer.name,
      fill: (cell, layer) => {
        cell.classList.add('name');
        cell.title = layer.fullName || layer.name;
        cell.append(element('bdi', {}, layer.name));
      },
    },
    { title: 'operator', key: (layer) => layer.operator, show: (layer) => layer.operator + (layer.repetitions > 1 ? ` ×${layer.repetitions}` : '') },
    { title: 'output', minor: true, key: (layer) => (layer.outputs[0] || '').split('  ').pop() },
    measure('MACs', 'macs', '', false, true),
    measure('traffic', 'traffic', 'B', false, true),
    ...(isTimed ? [
      { title: 'unit', minor: true, key: unitOf },
      { title: 'bound', minor: true, key: (layer) => layer.bound || '' },
      measure('time', 'time', 's', true, true), measure('energy', 'energy', 'J', true, false),
    ] : []),
    {
      title: `share of ${ranking.title}`, number: true, key: (layer) => cost(layer, ranking),
      fill: (cell, layer) => {
        cell.classList.add('share');
        cell.style.setProperty('--part', `${total(ranking) > 0 ? (100 * cost(layer, ranking)) / total(ranking) : 0}%`);
        cell.append(shareText(layer, ranking));
      },
    },
  ];
  const table = new DataTable(byId('table'), columns, layers, { sortedBy: columns.length - 1, isDescending: true, noun: 'layers' });
  let chosen = null;
  table.decorate = (row, layer) => {
    row.classList.toggle('chosen', layer === chosen);
    row.addEventListener('click', (event) => { if (!event.target.closest('button')) choose(layer); });
  };

  for (const [id, of] of [['operator', (layer) => layer.operator], ['unit', unitOf]]) {
    for (const name of [...new Set(layers.map(of))].sort()) byId(id).append(element('option', { value: name }, name));
  }
  byId('unit').parentElement.hidden = !isTimed;

  function filter() {
    const text = byId('find').value.trim().toLowerCase();
    const [operator, unit, withZero] = [byId('operator').value, byId('unit').value, byId('zero').checked];
    table.isFound = (layer) => (withZero || isCostly(layer, ranking))
      && (!operator || layer.operator === operator) && (!unit || unitOf(layer) === unit)
      && (!text || `${layer.fullName || layer.name} ${layer.operator}`.toLowerCase().includes(text));
    table.restart();
  }
  for (const [id, event] of [['find', 'input'], ['operator', 'change'], ['unit', 'change'], ['zero', 'change']]) {
    byId(id).addEventListener(event, filter);
  }
  document.addEventListener('choose', (event) => { chosen = event.detail; table.fill(); });
  // A model whose layers cost nothing is still shown.
  byId('zero').checked = !isCostly(root, ranking);
  filter();
}
