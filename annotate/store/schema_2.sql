-- Version 2: what the training engine keeps. Times are UTC milliseconds; uuid is 16 bytes.

-- A model never changes; its name and what people think of it may.
create table model_note(
  model_id integer primary key references model(id),
  name text not null,
  note text not null default ''
) strict;

-- A threshold that a person set: a calibrated probability in 1/10,000. It wins over the model's own.
create table model_threshold(
  model_id integer not null references model(id),
  code_id integer not null references code(id),
  p integer not null check(p between 0 and 10000),
  primary key(model_id, code_id)
) strict, without rowid;

-- Answers that a model must never get wrong: this code on it (1) or not (0).
create table must_hold(
  verbatim_id integer not null references verbatim(id),
  code_id integer not null references code(id),
  expected integer not null check(expected in (0, 1)),
  note text not null default '',
  primary key(verbatim_id, code_id)
) strict, without rowid;

-- What an acceptance sample proved: predictions of the run for the code (null: several codes pooled, listed in scope)
-- with p >= cut are right at least at target, at this level of confidence. errors of n reviewed; bound: one-sided.
-- state 0 withdrawn, 1 in force.
create table certificate(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  run_id integer not null references run(id),
  sample_id integer not null references sample(id),
  scope text not null check(json_valid(scope)),
  cut integer not null check(cut between 0 and 10000),
  target real not null check(target > 0 and target < 1),
  level real not null check(level > 0 and level < 1),
  n integer not null,
  errors integer not null,
  bound real not null,
  passed integer not null check(passed in (0, 1)),
  state integer not null check(state in (0, 1)),
  created_ms integer not null
) strict;

-- Beside prediction, a row only where there is something to say: covered, the share of the answer's clauses that an
-- accepted code explains, in 1/10,000, where it is below 1; none_p, how likely no code of the frame fits.
create table run_answer(
  run_id integer not null references run(id),
  verbatim_id integer not null,
  covered integer not null check(covered between 0 and 10000),
  none_p integer not null check(none_p between 0 and 10000),
  primary key(run_id, verbatim_id)
) strict, without rowid;

-- Words of the call agent and phrases that a template repeats: neither features nor quotes where active.
-- kind: agent (a speaker's mark: what follows up to the next speaker is not the customer's), template.
create table phrase(
  id integer primary key,
  uuid blob not null unique check(length(uuid) = 16),
  kind text not null check(kind in ('agent', 'template')),
  term text not null,
  active integer not null check(active in (0, 1)),
  found integer not null default 0,
  unique(kind, term)
) strict;
