'use strict';

// One stream holds every commit; the browser reconnects by itself and goes on behind the last id it has seen.
const source = new EventSource('streams/repository/all?from=start');

const NEWEST_MAX = 20;
const FRESH_MILLIS = 800;
const element = id => document.getElementById(id);
const status = text => { if (element('status').textContent !== text) element('status').textContent = text; };

const folders = new Map();
const newest = [];
let count = 0;
let drawing = false;

source.onopen = () => status('catching up');
source.onerror = () => status('connecting again');
source.addEventListener('caught-up', () => status('live'));
source.onmessage = message => {
  const commit = JSON.parse(message.data).data;
  count++;
  newest.unshift(commit);
  newest.length = Math.min(newest.length, NEWEST_MAX);
  for (const [name, files] of Object.entries(commit.folders)) {
    const folder = folders.get(name) || { files: 0, row: null, freshUntil: 0 };
    folder.files += files;
    folder.freshUntil = performance.now() + FRESH_MILLIS;
    folders.set(name, folder);
  }
  redraw();
};

// However fast commits come, the page is drawn at most once a frame.
function redraw() {
  if (!drawing) {
    drawing = true;
    requestAnimationFrame(() => { drawing = false; draw(); });
  }
}

function draw() {
  element('count').textContent = count.toLocaleString();
  const sorted = [...folders].sort((a, b) => b[1].files - a[1].files || a[0].localeCompare(b[0]));
  const largest = sorted.length ? sorted[0][1].files : 1;
  const now = performance.now();
  let waiting = false;
  element('folders').replaceChildren(...sorted.map(([name, folder]) => {
    folder.row = folder.row || row(name);
    const fresh = folder.freshUntil > now;
    waiting = waiting || fresh;
    folder.row.classList.toggle('fresh', fresh);
    folder.row.children[1].textContent = folder.files.toLocaleString();
    const meter = folder.row.children[2].firstChild;
    meter.max = largest;
    meter.value = folder.files;
    return folder.row;
  }));
  element('commits').replaceChildren(...newest.map(item));
  if (waiting) setTimeout(redraw, FRESH_MILLIS);
}

function row(name) {
  const tr = document.createElement('tr');
  const th = document.createElement('th');
  th.scope = 'row';
  th.textContent = name;
  const bar = document.createElement('td');
  const meter = document.createElement('meter');
  meter.setAttribute('aria-label', 'share of ' + name);
  bar.append(meter);
  tr.append(th, document.createElement('td'), bar);
  return tr;
}

function item(commit) {
  const li = document.createElement('li');
  const small = document.createElement('small');
  const time = document.createElement('time');
  time.dateTime = commit.time;
  time.textContent = new Date(commit.time).toLocaleString();
  small.append(commit.commit.slice(0, 10) + ', ' + commit.author + ', ', time);
  li.append(commit.subject, small);
  return li;
}
