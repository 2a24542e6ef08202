// What all pages share: elements, numbers, values of charts, tables of data.

const data = JSON.parse(document.getElementById('data').textContent);
const byId = (id) => document.getElementById(id);

/** An HTML element with properties and children. */
function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Three significant digits with an SI prefix, as the other reports write them. */
function engineering(number, unit) {
  if (number === undefined || number === null) return 'unknown';
  if (number === 0) return '0';
  const isMass = unit === 'g' || unit === 'gCO2e';
  if (isMass && Math.abs(number) >= 999.5e3) return `${significant(number / 1e6)} t${unit.slice(1)}`;
  const prefixes = ['a', 'f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P'];
  let index = 6;
  let scaled = Math.abs(number);
  while (scaled >= 999.5 && index < prefixes.length - 1) { scaled /= 1000; index += 1; }
  while (scaled < 0.9995 && index > 0) { scaled *= 1000; index -= 1; }
  const digits = Number.isInteger(number) && index === 6 ? String(scaled) : significant(scaled);
  return `${number < 0 ? '-' : ''}${digits} ${prefixes[index]}${unit}`.trim();
}

function significant(number) {
  const size = Math.abs(number);
  return number.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

function percent(part, whole) {
  return whole > 0 && part !== undefined ? `${((100 * part) / whole).toFixed(1)} %` : '-';
}

// MARK: Charts

/** Shows the value of a mark below its chart: of the one under the pointer, or that arrow keys go to. */
function addReading(figure) {
  const picture = figure.querySelector('svg');
  const reading = figure.querySelector('output');
  const marks = [...picture.querySelectorAll('.mark')].filter((mark) => mark.querySelector('title'));
  if (marks.length === 0) return;
  let current = null;
  function show(mark) {
    if (current) current.classList.remove('current');
    current = mark;
    mark.classList.add('current');
    reading.textContent = mark.querySelector('title').textContent;
  }
  picture.setAttribute('tabindex', '0');
  picture.addEventListener('pointerover', (event) => {
    const mark = event.target.closest('.mark');
    if (mark && marks.includes(mark)) show(mark);
  });
  picture.addEventListener('keydown', (event) => {
    const place = marks.indexOf(current);
    const next = {
      ArrowRight: Math.min(place + 1, marks.length - 1), ArrowLeft: Math.max(place - 1, 0),
      Home: 0, End: marks.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    show(marks[next]);
  });
  reading.textContent = 'Point at a mark, or use the arrow keys, to read its value.';
}
document.querySelectorAll('figure.chart').forEach(addReading);

// MARK: Tables

/**
 * A table that is sorted by its heads and shows its first rows until more are asked for.
 *
 * A column has a title, `key` (what its rows are sorted by), and may have `show` (text of a cell), `fill`
 * (makes the cell's content itself), `number`, and `minor` (left out where there is little width).
 */
class DataTable {
  constructor(table, columns, rows, { sortedBy = 0, isDescending = false, pageSize = 50, noun = 'rows' } = {}) {
    Object.assign(this, { table, columns, rows, pageSize, noun });
    this.sorted = { column: sortedBy, isDescending };
    this.shown = pageSize;
    this.isFound = () => true;
    this.decorate = () => {};
    this.heads = columns.map((column, place) => {
      const button = element('button', { type: 'button' }, column.title);
      button.addEventListener('click', () => this.sort(place));
      return element('th', { scope: 'col', className: this.kind(column) }, button);
    });
    table.tHead.append(element('tr', {}, ...this.heads));
    byId('more').addEventListener('click', () => { this.shown = Infinity; this.fill(); });
  }

  kind(column) { return [column.number ? 'number' : 'text', column.minor && 'minor'].filter(Boolean).join(' '); }

  sort(place) {
    const isSame = this.sorted.column === place;
    this.sorted = { column: place, isDescending: isSame ? !this.sorted.isDescending : Boolean(this.columns[place].number) };
    this.fill();
  }

  /** What is not known comes last in either direction. */
  compare(left, right) {
    const { key } = this.columns[this.sorted.column];
    const [a, b] = [key(left), key(right)];
    const isMissing = (value) => value === undefined || value === null;
    if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b);
    const order = typeof a === 'string' ? a.localeCompare(b, 'en', { numeric: true }) : a - b;
    return this.sorted.isDescending ? -order : order;
  }

  rowOf(row) {
    const made = element('tr', {});
    for (const column of this.columns) {
      const cell = element('td', { className: this.kind(column) });
      if (column.fill) column.fill(cell, row);
      else cell.append(String((column.show || column.key)(row) ?? ''));
      made.append(cell);
    }
    this.decorate(made, row);
    return made;
  }

  fill() {
    const rows = this.rows.filter(this.isFound).sort((a, b) => this.compare(a, b));
    this.table.tBodies[0].replaceChildren(...rows.slice(0, this.shown).map((row) => this.rowOf(row)));
    this.heads.forEach((head, place) => {
      if (place !== this.sorted.column) head.removeAttribute('aria-sort');
      else head.setAttribute('aria-sort', this.sorted.isDescending ? 'descending' : 'ascending');
    });
    byId('more').hidden = rows.length <= this.shown;
    byId('more').textContent = `Show all ${rows.length} ${this.noun}`;
    byId('count').textContent = `${rows.length} of ${this.rows.length} ${this.noun}`
      + (rows.length > this.shown ? `, the first ${this.shown} shown` : '');
  }

  /** Fills the table again from its first rows. */
  restart() { this.shown = this.pageSize; this.fill(); }
}

document.querySelectorAll('form').forEach((form) =>
  form.addEventListener('submit', (event) => event.preventDefault()));
