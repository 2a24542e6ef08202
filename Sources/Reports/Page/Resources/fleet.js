// The table of `compare` and `scan`: columns and rows of values are in the data.

{
  // What could not be read has its reason as the only value behind its name.
  const isFailure = (row) => row.length < data.columns.length;
  const columns = data.columns.map((column, place) => ({
    ...column,
    key: (row) => (isFailure(row) && place > 0 ? undefined : row[place]),
    show: (row) => (column.number ? engineering(row[place], column.unit || '') : row[place]),
  }));
  const table = new DataTable(byId('table'), columns, data.rows, {
    sortedBy: Math.max(0, columns.findIndex((column) => column.isSorted)),
    isDescending: data.isDescending, pageSize: 200, noun: 'rows',
  });
  table.decorate = (made, row) => {
    if (isFailure(row)) made.replaceChildren(made.cells[0], element('td', { className: 'fail', colSpan: columns.length - 1 }, row[1]));
  };
  byId('find').addEventListener('input', () => {
    const text = byId('find').value.trim().toLowerCase();
    table.isFound = (row) => row.some((cell) => typeof cell === 'string' && cell.toLowerCase().includes(text));
    table.restart();
  });
  table.fill();
}
