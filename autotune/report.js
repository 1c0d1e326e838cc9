// SPDX-License-Identifier: Apache-2.0
'use strict';
(() => {
  const table = document.getElementById('layers');
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const rowOf = number => document.getElementById('layer-' + number);
  const pointOf = row => document.querySelector('.point[data-row="' + row.dataset.row + '"]');

  // Sorting: numbers by data-value and largest first, names by text.
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    return 'value' in cell.dataset ? Number(cell.dataset.value) : cell.textContent;
  };
  headings.forEach((heading, column) => heading.firstElementChild.addEventListener('click', () => {
    const number = heading.classList.contains('number');
    const first = number && column > 0 ? 'descending' : 'ascending';
    const other = first === 'ascending' ? 'descending' : 'ascending';
    const order = heading.getAttribute('aria-sort') === first ? other : first;
    headings.forEach(each => each.removeAttribute('aria-sort'));
    heading.setAttribute('aria-sort', order);
    const sign = order === 'ascending' ? 1 : -1;
    const rows = [...body.rows].sort((a, b) => {
      const x = keyOf(a, column), y = keyOf(b, column);
      return sign * (number ? x - y : x.localeCompare(y, 'en', { numeric: true }));
    });
    body.append(...rows);
  }));

  const filter = document.getElementById('filter');
  filter.addEventListener('input', () => {
    const words = filter.value.toLowerCase();
    for (const row of body.rows) {
      row.hidden = !row.textContent.toLowerCase().includes(words);
      const point = pointOf(row);
      if (point) point.style.display = row.hidden ? 'none' : '';
    }
  });

  // A point's tip is its row of the table.
  const tip = document.getElementById('tip');
  const shown = ['operator', 'shapes', 'MACs', 'bytes', 'MAC/B', 'bound µs', 'of all', 'bound by', 'measured µs', 'of roof', 'lowering', 'tile'];
  const fill = row => {
    tip.replaceChildren();
    const name = document.createElement('b');
    name.textContent = row.querySelector('th').textContent;
    const list = document.createElement('dl');
    headings.forEach((heading, column) => {
      const words = row.cells[column].textContent;
      if (!shown.includes(heading.textContent) || !words) return;
      const key = document.createElement('dt'), value = document.createElement('dd');
      key.textContent = heading.textContent;
      value.textContent = words;
      list.append(key, value);
    });
    tip.append(name, list);
  };
  const place = (x, y) => {
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - box.width - 4)) + 'px';
    tip.style.top = Math.max(4, y + 14 + box.height > innerHeight ? y - box.height - 10 : y + 14) + 'px';
  };
  const show = (point, x, y) => {
    const row = rowOf(point.dataset.row);
    fill(row);
    tip.hidden = false;
    row.classList.add('on');
    place(x, y);
  };
  const hide = point => {
    tip.hidden = true;
    rowOf(point.dataset.row).classList.remove('on');
  };
  for (const point of document.querySelectorAll('.point')) {
    point.querySelector('title').remove();
    point.addEventListener('pointermove', event => show(point, event.clientX, event.clientY));
    point.addEventListener('pointerleave', () => hide(point));
    point.addEventListener('focus', () => {
      const box = point.getBoundingClientRect();
      show(point, box.right, box.bottom);
    });
    point.addEventListener('blur', () => hide(point));
    point.addEventListener('click', () => rowOf(point.dataset.row).scrollIntoView({ block: 'center', behavior: 'smooth' }));
  }
  for (const row of body.rows) {
    const point = pointOf(row);
    if (!point) continue;
    row.addEventListener('pointerenter', () => point.classList.add('on'));
    row.addEventListener('pointerleave', () => point.classList.remove('on'));
  }

  const root = document.documentElement;
  const button = document.querySelector('button.theme');
  button.hidden = false;
  button.addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
  });
})();
