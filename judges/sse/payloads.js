// Data that clients and servers of server-sent events are known to get wrong.
export const payloads = [
  ['empty', ''],
  ['one space', ' '],
  ['leading space', ' x'],
  ['leading blank lines', '\n\nx'],
  ['trailing line feed', 'x\n'],
  ['only line feeds', '\n\n\n'],
  ['several lines', 'a\nb\n\nc'],
  ['carriage return', 'a\rb'],
  ['carriage return and line feed', 'a\r\nb\r\n'],
  ['70 kB in one line', 'x'.repeat(70_000)],
  ['70 kB in many lines', 'y'.repeat(69).concat('\n').repeat(1_000)],
  ['emoji and other planes', '\u{1F600} \u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u{10FFFF} é'],
  ['line separators of Unicode', 'a\u2028b\u2029c\u0085d'],
  ['text that looks like fields', 'id: 999\nevent: caught-up\ndata: no\nretry: 1\n:comment'],
  ['byte order mark, null and quotes', '\uFEFF\u0000"\\\u0001</script>'],
]

/** What is left of a text when its line breaks are those of server-sent events. */
export const lines = (text) => text.replace(/\r\n|\r/g, '\n')
