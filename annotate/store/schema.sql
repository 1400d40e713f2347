-- The project file, version 1. Times are UTC milliseconds; uuid is 16 bytes and stands only where copies of a project meet.
create table meta(
  key text primary key,
  value any not null
) strict, without rowid;

-- kind 0 a person; 1 the adjudicated layer; 2 the layer of rules: the last two have no person of their own.
create table coder(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  name text not null,
  kind integer not null default 0 check(kind between 0 and 2),
  created_ms integer not null
) strict;

-- One row a change to the project, hash-chained. seq counts a coder's operations in every copy of the project:
-- two copies used by the same coder show as the same seq with another uuid.
create table op(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  coder_id integer not null references coder(id),
  seq integer not null,
  kind text not null,
  at_ms integer not null,
  n_rows integer not null,
  undo_of integer references op(id),
  redo_of integer references op(id),
  first_event integer,
  last_event integer,
  detail text not null check(json_valid(detail)),
  content_h blob not null,
  prev_h blob not null,
  h blob not null unique check(length(h) = 32),
  unique(coder_id, seq)
) strict;
create index op_undo on op(undo_of) where undo_of is not null;
create index op_redo on op(redo_of) where redo_of is not null;
create trigger op_no_update before update on op begin select raise(abort, 'operations are append-only'); end;
create trigger op_no_delete before delete on op begin select raise(abort, 'operations are append-only'); end;

-- Derived: what this coder may undo (undone = 0, highest pos first) and redo (undone = 1, lowest pos first).
create table op_stack(
  coder_id integer not null references coder(id),
  pos integer not null,
  op_id integer not null references op(id),
  undone integer not null check(undone in (0, 1)),
  primary key(coder_id, pos)
) strict, without rowid;

-- Row images of the small editable tables; before or after is null where the row did not exist.
create table op_image(
  op_id integer not null references op(id) deferrable initially deferred,
  n integer not null,
  thing text not null,
  key text not null check(json_valid(key)),
  before text,
  after text,
  primary key(op_id, n)
) strict, without rowid;

create table setting(
  key text primary key,
  value text not null check(json_valid(value))
) strict, without rowid;

create table source(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  name text not null unique,
  channel text not null default '',
  note text not null default ''
) strict;

-- state 0 loading, 1 active, 2 withdrawn (undone), 3 abandoned. accepted + rejected = records is a constraint.
create table import_batch(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  source_id integer not null references source(id),
  file_name text not null,
  file_size integer not null,
  file_h blob not null,
  reader text not null check(json_valid(reader)),
  mapping text not null check(json_valid(mapping)),
  next_offset integer not null default 0,
  records integer not null default 0,
  accepted integer not null default 0,
  rejected integer not null default 0,
  duplicates integer not null default 0,
  blank integer not null default 0,
  quality text not null default '{}' check(json_valid(quality)),
  state integer not null check(state between 0 and 3),
  started_ms integer not null,
  check(accepted + rejected = records)
) strict;

create table import_reject(
  batch_id integer not null references import_batch(id),
  number integer not null,
  byte_offset integer not null,
  byte_length integer not null,
  reason text not null,
  detail text not null,
  raw blob not null,
  state integer not null default 0,
  unique(batch_id, number)
) strict;

create table wave(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  name text not null unique,
  sort integer not null,
  delivered integer not null default 0 check(delivered in (0, 1))
) strict;

-- The client's columns. kind: category, number, date, text. A category, number or date has a column cN in record
-- (N = id); a text lives in record.extra. role: '', channel, touchpoint, language, score.
create table field(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  name text not null unique,
  kind text not null,
  role text not null default '',
  sort integer not null,
  meta text not null default '{}' check(json_valid(meta))
) strict;

create table field_value(
  id integer primary key,
  field_id integer not null references field(id),
  value text not null,
  unique(field_id, value)
) strict;

create table respondent(
  id integer primary key,
  key text not null unique
) strict;

-- One filled questionnaire, call or post. respondent_id is null where nobody is known behind it.
create table record(
  id integer primary key,
  batch_id integer not null references import_batch(id),
  source_id integer not null references source(id),
  number integer not null,
  key text,
  respondent_id integer references respondent(id),
  wave_id integer references wave(id),
  at_ms integer,
  weight real,
  extra text
) strict;
create index record_batch on record(batch_id, number);
create index record_key on record(source_id, key) where key is not null;
create index record_respondent on record(respondent_id) where respondent_id is not null;

-- direction: likes, dislikes, neutral. base: who was asked, a Query as JSON.
create table question(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  name text not null unique,
  text text not null default '',
  direction text not null default 'neutral' check(direction in ('likes', 'dislikes', 'neutral')),
  single integer not null default 0 check(single in (0, 1)),
  base text not null default '{}' check(json_valid(base)),
  frame_id integer,
  sort integer not null
) strict;

-- state 0 asked but blank, 1 answered, 2 a missing-value mark such as -1 or NA. Not asked has no row.
-- group_id is the first verbatim of the question with the same folded text.
create table verbatim(
  id integer primary key,
  record_id integer not null references record(id),
  question_id integer not null references question(id),
  batch_id integer not null references import_batch(id),
  state integer not null check(state between 0 and 2),
  text_h blob not null check(length(text_h) = 16),
  fold_h integer not null,
  group_id integer not null
) strict;
create index verbatim_record on verbatim(record_id, question_id);
create index verbatim_fold on verbatim(question_id, fold_h);
create index verbatim_group on verbatim(group_id) where group_id <> id;

create table verbatim_text(
  id integer primary key references verbatim(id),
  text text not null
) strict;
create trigger verbatim_text_no_update before update on verbatim_text
begin select raise(abort, 'original text is never changed'); end;

create table frame(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  name text not null,
  state integer not null default 1 check(state in (0, 1))
) strict;

-- state 0 draft, 1 published. The head of a frame is its highest number with away 0. away 1: published in another copy of
-- the project and brought in by a merge; its number is that of the revision here from which it grew.
create table revision(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  frame_id integer not null references frame(id),
  number integer not null,
  parent_id integer references revision(id),
  state integer not null check(state in (0, 1)),
  created_ms integer not null,
  published_ms integer,
  content_h blob,
  away integer not null default 0 check(away in (0, 1))
) strict;
create unique index revision_number on revision(frame_id, number) where away = 0;
create trigger revision_frozen before update on revision when old.state = 1
begin select raise(abort, 'a published revision never changes'); end;
create trigger revision_no_delete before delete on revision when old.state = 1
begin select raise(abort, 'a published revision never changes'); end;

create table code(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  frame_id integer not null references frame(id)
) strict;

-- held_from, meaning_from: revision numbers since which a review without a tick means no, and since which the meaning stands.
create table code_def(
  revision_id integer not null references revision(id),
  code_id integer not null references code(id),
  parent_id integer references code(id),
  sort integer not null,
  is_net integer not null check(is_net in (0, 1)),
  number text not null default '',
  label text not null,
  label_en text not null default '',
  role text not null default 'theme',
  definition text not null default '',
  include text not null default '',
  exclude text not null default '',
  examples text not null default '',
  notes text not null default '',
  colour text not null default '',
  retired integer not null default 0 check(retired in (0, 1)),
  held_from integer not null,
  meaning_from integer not null,
  primary key(revision_id, code_id)
) strict;
create trigger code_def_frozen_insert before insert on code_def
when (select state from revision where id = new.revision_id) = 1
begin select raise(abort, 'a published revision never changes'); end;
create trigger code_def_frozen_update before update on code_def
when (select state from revision where id = old.revision_id) = 1
begin select raise(abort, 'a published revision never changes'); end;
create trigger code_def_frozen_delete before delete on code_def
when (select state from revision where id = old.revision_id) = 1
begin select raise(abort, 'a published revision never changes'); end;

-- Where decisions on a code count in this revision: all of them (merge), or those listed under split_id.
create table code_map(
  revision_id integer not null references revision(id),
  from_code integer not null references code(id),
  to_code integer references code(id),
  split_id integer,
  primary key(revision_id, from_code)
) strict, without rowid;

create trigger code_map_frozen_insert before insert on code_map
when (select state from revision where id = new.revision_id) = 1
begin select raise(abort, 'a published revision never changes'); end;
create trigger code_map_frozen_update before update on code_map
when (select state from revision where id = old.revision_id) = 1
begin select raise(abort, 'a published revision never changes'); end;
create trigger code_map_frozen_delete before delete on code_map
when (select state from revision where id = old.revision_id) = 1
begin select raise(abort, 'a published revision never changes'); end;

create table split_row(
  split_id integer not null,
  verbatim_id integer not null references verbatim(id),
  to_code integer not null references code(id),
  primary key(split_id, verbatim_id)
) strict, without rowid;

-- A coder's decisions, append-only. action: 0 off, 1 yes, 2 cleared (as if never touched), 3 reviewed whole, 4 review cleared.
-- Its identity across copies is (op.uuid, its place in the operation). prev_id: the event in force on the same key before.
-- coder_id is whose layer it is; op.coder_id is who did it. sentiment -1, 0, 1. Spans are code points.
-- op_id has no foreign key: the operation's row comes last, and a deferred key would then scan this table each time.
create table label_event(
  id integer primary key,
  op_id integer not null,
  verbatim_id integer not null references verbatim(id),
  coder_id integer not null references coder(id),
  action integer not null check(action between 0 and 4),
  code_id integer not null,
  revision_id integer not null references revision(id),
  sentiment integer check(sentiment between -1 and 1),
  span_start integer,
  span_end integer,
  mention integer,
  origin integer not null,
  prev_id integer
) strict;
create index label_event_verbatim on label_event(verbatim_id);
create trigger label_event_no_update before update on label_event begin select raise(abort, 'decisions are append-only'); end;
create trigger label_event_no_delete before delete on label_event begin select raise(abort, 'decisions are append-only'); end;

-- Derived from label_event and the code map of the head revision: what each coder says now.
create table label_now(
  verbatim_id integer not null,
  coder_id integer not null,
  code_id integer not null,
  raw_code integer not null,
  event_id integer not null,
  yes integer not null,
  sentiment integer,
  mention integer,
  origin integer not null,
  primary key(verbatim_id, coder_id, code_id, raw_code)
) strict, without rowid;
create index label_now_code on label_now(code_id, yes, verbatim_id);

create table review_now(
  verbatim_id integer not null,
  frame_id integer not null,
  coder_id integer not null,
  revision_id integer not null,
  event_id integer not null,
  origin integer not null,
  primary key(verbatim_id, frame_id, coder_id)
) strict, without rowid;

-- Derived: verbatims (active batches) on which anyone says yes to the code.
create table code_count(
  question_id integer not null,
  code_id integer not null,
  verbatims integer not null,
  primary key(question_id, code_id)
) strict, without rowid;

create table mark(
  verbatim_id integer not null references verbatim(id),
  coder_id integer not null references coder(id),
  flagged integer not null default 0,
  skipped integer not null default 0,
  memo text not null default '',
  primary key(verbatim_id, coder_id)
) strict, without rowid;

create table sample(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  purpose text not null,
  name text not null,
  question_id integer references question(id),
  wave_id integer references wave(id),
  seed integer not null,
  design text not null check(json_valid(design)),
  state integer not null check(state in (0, 1)),
  created_ms integer not null
) strict;

create table sample_row(
  sample_id integer not null references sample(id),
  verbatim_id integer not null references verbatim(id),
  stratum text not null default '',
  inclusion real not null check(inclusion > 0 and inclusion <= 1),
  place integer not null,
  primary key(sample_id, verbatim_id)
) strict, without rowid;

-- kind: word, synonym, stop. state 0 withdrawn.
create table lexicon(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  kind text not null,
  term text not null,
  target text not null default '',
  note text not null default '',
  unique(kind, term)
) strict;

create table rule(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  frame_id integer not null references frame(id),
  code_id integer not null references code(id),
  question_id integer references question(id),
  expression text not null check(json_valid(expression)),
  active integer not null default 1 check(active in (0, 1))
) strict;

create table model(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  frame_id integer not null references frame(id),
  revision_id integer not null references revision(id),
  snapshot_op integer not null,
  created_ms integer not null,
  spec text not null check(json_valid(spec)),
  scores text not null check(json_valid(scores)),
  h blob not null
) strict;

create table model_part(
  model_id integer not null references model(id),
  name text not null,
  h blob not null,
  data blob not null,
  unique(model_id, name)
) strict;

-- state 0 running, 1 complete, 2 abandoned. next_verbatim: every verbatim below it has been coded.
create table run(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  model_id integer not null references model(id),
  question_id integer not null references question(id),
  wave_id integer references wave(id),
  state integer not null check(state between 0 and 2),
  next_verbatim integer not null default 0,
  n_verbatims integer not null default 0,
  created_ms integer not null
) strict;

-- p and sentiment_p in 1/10,000. trained 1: the row trained the model and p is its out-of-sample score.
create table prediction(
  run_id integer not null references run(id),
  verbatim_id integer not null,
  code_id integer not null,
  p integer not null check(p between 0 and 10000),
  accepted integer not null check(accepted in (0, 1)),
  sentiment integer,
  sentiment_p integer,
  trained integer not null default 0 check(trained in (0, 1)),
  primary key(run_id, verbatim_id, code_id)
) strict, without rowid;
create index prediction_code on prediction(run_id, code_id, p);

-- wave_id 0 stands for answers of no named wave and for questions without waves.
create table run_in_force(
  question_id integer not null references question(id),
  wave_id integer not null,
  run_id integer not null references run(id),
  primary key(question_id, wave_id)
) strict, without rowid;

-- Packets of other coders that came in.
create table merge_log(
  id integer primary key,
  from_project blob not null,
  op_id integer not null references op(id) deferrable initially deferred,
  added integer not null,
  already integer not null,
  conflicts text not null check(json_valid(conflicts))
) strict;
