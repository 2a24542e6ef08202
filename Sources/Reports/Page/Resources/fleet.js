// The table of `compare` and `scan`: columns and rows of values are in the data.

{
  const columns = data.columns.map((column, place) => ({
    ...column,
    key: (row) => row[place],
    show: (row) => (column.number && row[place] !== null ? engineering(row[place], column.unit || '') : row[place] ?? (column.number ? 'unknown' : '')),
  }));
  const table = new DataTable(byId('table'), columns, data.rows, {
    sortedBy: Math.max(0, columns.findIndex((column) => column.isSorted)), pageSize: 200, noun: 'models',
    isDescending: Boolean(data.isDescending),
  });
  // Texts are compared as a whole, so that a word may be of any column.
  const texts = new Map(data.rows.map((row) => [row, row.filter((cell) => typeof cell === 'string').join(' ').toLowerCase()]));
  byId('find').addEventListener('input', () => {
    const text = byId('find').value.trim().toLowerCase();
    table.isFound = (row) => texts.get(row).includes(text);
    table.restart();
  });
  table.fill();
}
