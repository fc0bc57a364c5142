'use strict';

const SHOWN_MAX = 500;
const byId = (id) => document.getElementById(id);
const events = byId('events');
let source = null;
let followed = '';
let next = '';
let pages = 1;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

function show(number, type, text, told) {
  const row = document.createElement('li');
  row.append(element('span', 'number', number), element('span', 'type', type), element('pre', told ? 'told' : '', text));
  events.prepend(row);
  while (events.childElementCount > SHOWN_MAX) events.lastElementChild.remove();
}

function state(text, kind) {
  byId('state').textContent = text;
  byId('state').className = 'state ' + kind;
}

function stop() {
  if (source) source.close();
  source = null;
  byId('stop').hidden = true;
  state('', '');
}

function markFollowed() {
  for (const button of document.querySelectorAll('#streams button')) {
    button.toggleAttribute('aria-current', button.dataset.name === followed);
  }
}

function follow(name) {
  stop();
  events.replaceChildren();
  byId('name').textContent = name;
  byId('stop').hidden = false;
  followed = name;
  markFollowed();
  source = new EventSource('/streams/' + name.split('/').map(encodeURIComponent).join('/') + '?last=50');
  source.onopen = () => state('reading', '');
  source.onmessage = (message) => {
    const at = message.data.indexOf('"data":');
    const event = JSON.parse(message.data);
    const text = 'data' in event
      ? (typeof event.data === 'string' ? event.data : message.data.slice(at + 7, -1))
      : event.dataBase64 + ' (Base64)';
    show(event.sequence, event.type, text, false);
  };
  source.addEventListener('caught-up', () => state('live', 'live'));
  source.addEventListener('gap', (message) => {
    const gap = JSON.parse(message.data);
    show('', 'gap', gap.from + ' to ' + gap.through + ' are gone', true);
  });
  source.addEventListener('sealed', () => {
    stop();
    state('sealed', '');
  });
  source.addEventListener('bye', () => state('the server is going away for a while', 'lost'));
  source.addEventListener('error', (message) => {
    if (message.data) show('', 'error', JSON.parse(message.data).detail, true);
    else state(source && source.readyState === EventSource.CLOSED ? 'ended' : 'connecting again …', 'lost');
  });
}

async function list(after) {
  const prefix = byId('prefix').value;
  const answer = await fetch('/streams?limit=100&prefix=' + encodeURIComponent(prefix)
    + '&after=' + encodeURIComponent(after));
  if (!answer.ok) return;
  const page = await answer.json();
  if (!after) byId('streams').replaceChildren();
  for (const stream of page.streams) {
    const button = element('button', '', '');
    button.type = 'button';
    button.dataset.name = stream.stream;
    button.append(element('span', '', stream.stream), element('small', '', stream.highWaterMark));
    button.onclick = () => follow(stream.stream);
    const row = document.createElement('li');
    row.append(button);
    byId('streams').append(row);
  }
  markFollowed();
  next = page.next || '';
  byId('more').hidden = !next;
}

async function status() {
  try {
    const now = await (await fetch('/status')).json();
    byId('status').textContent = now.state + ', survives ' + (now.durability === 'disk' ? 'power loss'
      : now.durability === 'process' ? 'the process' : 'nothing') + ', ' + now.streams + ' streams, position ' + now.position;
  } catch (unreachable) {
    byId('status').textContent = 'not reachable';
  }
}

byId('stop').onclick = stop;
byId('more').onclick = () => {
  pages++;
  list(next);
};
byId('prefix').oninput = () => {
  pages = 1;
  list('');
};
list('');
status();
setInterval(() => {
  status();
  // Not under the hands of who has gone on to other pages, or through the streams by keyboard.
  if (pages === 1 && !byId('streams').contains(document.activeElement)) list('');
}, 5000);
