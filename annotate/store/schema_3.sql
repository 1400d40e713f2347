-- Version 3: what understanding and reporting keep. Times are UTC milliseconds; uuid is 16 bytes.

-- Definitions (scores, journey, limits …), a version a row; a row never changes. In force: the highest number with state 1.
create table definitions(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  number integer not null unique,
  body text not null check(json_valid(body)),
  note text not null default '',
  state integer not null check(state in (0, 1)),
  created_ms integer not null
) strict;

-- A master report: sections, filter, language, theme, edited headlines.
create table report_spec(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  name text not null unique,
  body text not null check(json_valid(body)),
  state integer not null check(state in (0, 1))
) strict;

-- Pictures and logos, by content.
create table asset(
  h blob primary key check(length(h) = 32),
  media text not null,
  data blob not null
) strict, without rowid;

-- What was put into the report basket: a chart, table or quotation with its query, or a page of one's own.
create table basket(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  spec_id integer references report_spec(id),
  place integer not null,
  kind text not null check(kind in ('chart', 'table', 'quote', 'page')),
  body text not null check(json_valid(body))
) strict;

-- A quotation pinned (1) to a code in this order, or banned (-1).
create table quote_choice(
  verbatim_id integer not null references verbatim(id),
  code_id integer not null references code(id),
  choice integer not null check(choice in (-1, 1)),
  place integer not null default 0,
  primary key(verbatim_id, code_id)
) strict, without rowid;

-- Possible personal data in a quotation, [start, stop) in code points: a named person released it (1) or masks it (0).
create table release(
  verbatim_id integer not null references verbatim(id),
  start integer not null,
  stop integer not null,
  kind text not null,
  released integer not null check(released in (0, 1)),
  coder_id integer not null references coder(id),
  reason text not null default '',
  primary key(verbatim_id, start, stop)
) strict, without rowid;

-- An issued report: its specification, figures and quotations are frozen, packed as JSON (zlib). op_id: the state of the
-- project it speaks of. state 0 withdrawn, 1 in force.
create table issued(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  name text not null,
  wave_id integer references wave(id),
  op_id integer not null,
  body blob not null,
  h blob not null check(length(h) = 32),
  state integer not null check(state in (0, 1)),
  created_ms integer not null
) strict;
