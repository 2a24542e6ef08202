// Where boxes go when a graph is drawn in rows, each box below all that it reads.

/**
 * Layered drawing (Sugiyama et al. 1981, https://doi.org/10.1109/TSMC.1981.4308636): rows by the longest
 * way, places along a row by the mean of neighbours, positions by pulling boxes to their neighbours. A
 * drawing that is much higher than wide is folded into columns, read from left to right.
 *
 * `boxes` have a width and a height, in the order in which they run; `pairs` are indices of boxes. An edge that
 * leads back, as a loop's does, is drawn against its direction. The result has places of the boxes' top left corners and, for each edge,
 * the points that it passes.
 */
function layered(boxes, pairs, { shape = 1.5 } = {}) {
  const gap = { x: 24, y: 30, column: 56 };
  const edges = [...new Map(pairs.filter(([from, to]) => from !== to)
    .map(([from, to]) => [`${Math.min(from, to)} ${Math.max(from, to)}`, [Math.min(from, to), Math.max(from, to)]])).values()];

  // Each box one row below the lowest that it reads; one that reads nothing just above its first reader.
  const row = boxes.map(() => 0);
  edges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (const [from, to] of edges) row[to] = Math.max(row[to], row[from] + 1);
  const reads = new Set(edges.map(([, to]) => to));
  const reader = new Map();
  for (const [from, to] of edges) if (!reads.has(from)) reader.set(from, Math.min(reader.get(from) ?? Infinity, row[to]));
  for (const [box, first] of reader) row[box] = Math.max(row[box], first - 1);

  // An edge that passes rows gets a bend in each of them.
  const items = boxes.map((box, index) => ({ width: box.width, height: box.height, row: row[index], above: [], below: [], x: 0 }));
  const ways = edges.map(([from, to]) => {
    const way = [items[from]];
    for (let place = row[from] + 1; place < row[to]; place += 1) way.push({ width: 6, height: 0, row: place, above: [], below: [], x: 0, isBend: true });
    way.push(items[to]);
    for (let step = 1; step < way.length; step += 1) {
      way[step - 1].below.push(way[step]);
      way[step].above.push(way[step - 1]);
    }
    return way;
  });
  const rows = [];
  for (const item of new Set([...items, ...ways.flat()])) (rows[item.row] ||= []).push(item);

  const wish = (item, isDown) => {
    const near = isDown ? item.above : item.below;
    return near.length === 0 ? item.x : near.reduce((sum, other) => sum + other.x, 0) / near.length;
  };
  const sweeps = (visit) => {
    for (let sweep = 0; sweep < 8; sweep += 1) {
      for (const line of sweep % 2 === 0 ? rows : [...rows].reverse()) visit(line, sweep % 2 === 0);
    }
  };
  for (const line of rows) line.forEach((item, place) => { item.x = place; });
  sweeps((line, isDown) => {
    const wishes = new Map(line.map((item) => [item, wish(item, isDown)]));
    line.sort((a, b) => wishes.get(a) - wishes.get(b));
    line.forEach((item, place) => { item.x = place; });
  });
  const apart = (left, right) => (left.width + right.width) / 2 + gap.x;
  for (const line of rows) {
    line.forEach((item, place) => { item.x = place === 0 ? item.width / 2 : line[place - 1].x + apart(line[place - 1], item); });
    const middle = (line[0].x - line[0].width / 2 + line.at(-1).x + line.at(-1).width / 2) / 2;
    for (const item of line) item.x -= middle;
  }
  // The mean of two rows that both keep distances: one pushed to the right, one to the left.
  sweeps((line, isDown) => {
    const right = line.map((item) => wish(item, isDown));
    const left = [...right];
    for (let place = 1; place < line.length; place += 1) right[place] = Math.max(right[place], right[place - 1] + apart(line[place - 1], line[place]));
    for (let place = line.length - 2; place >= 0; place -= 1) left[place] = Math.min(left[place], left[place + 1] - apart(line[place], line[place + 1]));
    line.forEach((item, place) => { item.x = (right[place] + left[place]) / 2; });
  });

  return folded(rows, items, ways, edges, gap, shape);
}

/** The rows from top to bottom, in as many columns as bring the drawing near a shape (width over height). */
function folded(rows, items, ways, edges, gap, shape) {
  const heights = rows.map((line) => Math.max(...line.map((item) => item.height)));
  const ends = (lines) => {
    const all = lines.flat();
    return [Math.min(...all.map((item) => item.x - item.width / 2)), Math.max(...all.map((item) => item.x + item.width / 2))];
  };
  const height = heights.reduce((sum, each) => sum + each + gap.y, 0);
  const [left, right] = rows.length > 0 ? ends(rows) : [0, 0];
  const columnCount = Math.max(1, Math.min(rows.length, Math.round(Math.sqrt((height * shape) / (right - left + gap.column)))));
  const columns = [];
  let filled = 0;
  rows.forEach((line, index) => {
    const column = Math.min(columnCount - 1, Math.floor((filled + (heights[index] + gap.y) / 2) / (height / columnCount)));
    (columns[column] ||= []).push(index);
    filled += heights[index] + gap.y;
  });

  let start = 0;
  let bottom = 0;
  const columnOfRow = [];
  const gutters = [];
  columns.filter(Boolean).forEach((indices, column) => {
    const [from, to] = ends(indices.map((index) => rows[index]));
    let top = 0;
    for (const index of indices) {
      columnOfRow[index] = column;
      for (const item of rows[index]) {
        item.x += start - from;
        item.rowTop = top;
        item.rowBottom = top + heights[index];
        item.top = item.isBend ? item.rowTop : top + (heights[index] - item.height) / 2;
        item.bottom = item.isBend ? item.rowBottom : item.top + item.height;
      }
      top += heights[index] + gap.y;
    }
    gutters[column] = start - gap.column / 2;
    bottom = Math.max(bottom, top - gap.y);
    start += to - from + gap.column;
  });

  const lines = ways.map((way, index) => {
    const points = [];
    way.forEach((item, step) => {
      const last = way[step - 1];
      if (last && columnOfRow[last.row] !== columnOfRow[item.row]) {
        // From the foot of one column to the head of another, through the space between them.
        const gutter = gutters[columnOfRow[item.row]];
        points.push([last.x, last.rowBottom + 10], [gutter, last.rowBottom + 10], [gutter, item.rowTop - 12], [item.x, item.rowTop - 12]);
      }
      // In its row an edge goes straight up and down, so that it passes behind no box.
      if (step > 0) points.push([item.x, item.rowTop], [item.x, item.top]);
      if (step < way.length - 1) points.push([item.x, item.bottom], [item.x, item.rowBottom]);
    });
    return { from: edges[index][0], to: edges[index][1], points };
  });
  return {
    width: Math.max(0, start - gap.column), height: bottom,
    places: items.map((item) => ({ x: item.x - item.width / 2, y: item.top })), lines,
  };
}
