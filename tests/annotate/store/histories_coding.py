"""Steps of random histories that code answers and change the code frame."""

from __future__ import annotations

from dataclasses import replace

from histories import CODER, SENTIMENT, Compared
from hypothesis import strategies as st
from hypothesis.stateful import rule
from replay import Code

from annotate import coding, frames


class Coding(Compared):
    """Two coders at work."""

    # Coding

    @rule(data=st.data(), coder=CODER, sentiment=SENTIMENT, expand=st.booleans())
    def apply(self, data: st.DataObject, coder: str, sentiment: int | None, expand: bool) -> None:
        if not self.model.live():
            return
        code = data.draw(st.sampled_from(self.model.live()), "code")
        rows, meant = self._choose(data, self.model)
        changes = self.model.apply(coder, meant, code, sentiment, expand)
        self._do(
            coder,
            "code",
            lambda: coding.apply_code(self.project, verbatims=rows, code=code, sentiment=sentiment, expand=expand),
            changes,
        )

    @rule(data=st.data(), coder=CODER, expand=st.booleans(), explicit=st.booleans())
    def remove(self, data: st.DataObject, coder: str, expand: bool, explicit: bool) -> None:
        if not self.model.codes():
            return
        code = data.draw(st.sampled_from(sorted(self.model.codes())), "code")
        rows, meant = self._choose(data, self.model)
        changes = self.model.remove(coder, meant, code, expand, explicit)
        self._do(
            coder,
            "code",
            lambda: coding.remove_code(self.project, verbatims=rows, code=code, expand=expand, explicit=explicit),
            changes,
        )

    @rule(data=st.data(), coder=CODER, sentiment=SENTIMENT, expand=st.booleans())
    def feel(self, data: st.DataObject, coder: str, sentiment: int | None, expand: bool) -> None:
        if not self.model.codes():
            return
        code = data.draw(st.sampled_from(sorted(self.model.codes())), "code")
        rows, meant = self._choose(data, self.model)
        changes = self.model.feel(coder, meant, code, sentiment, expand)
        self._do(
            coder,
            "code",
            lambda: coding.set_sentiment(self.project, verbatims=rows, code=code, sentiment=sentiment, expand=expand),
            changes,
        )

    @rule(data=st.data(), coder=CODER, expand=st.booleans())
    def confirm(self, data: st.DataObject, coder: str, expand: bool) -> None:
        rows, meant = self._choose(data, self.model)
        changes = self.model.confirm(coder, meant, expand)
        self._do(coder, "confirm", lambda: coding.confirm(self.project, verbatims=rows, expand=expand), changes)

    @rule(data=st.data(), coder=CODER)
    def adjudicate(self, data: st.DataObject, coder: str) -> None:
        verbatim = data.draw(st.sampled_from(sorted(self.model.answers)), "answer")
        live = self.model.live()
        codes = data.draw(st.lists(st.sampled_from(live), max_size=2, unique=True), "codes") if live else []
        wanted: dict[int, int | None] = {code: data.draw(SENTIMENT, "sentiment") for code in codes}
        changes = self.model.adjudicate(verbatim, wanted)
        self._do(
            coder,
            "adjudicate",
            lambda: coding.adjudicate(self.project, verbatim=verbatim, codes=wanted.items()),
            changes,
        )

    # The frame

    @rule(data=st.data(), coder=CODER, is_net=st.booleans(), role=st.sampled_from(["theme", "theme", "none", "other"]))
    def add_code(self, data: st.DataObject, coder: str, is_net: bool, role: str) -> None:
        nets: list[int | None] = [None, *(code for code, one in self.model.codes().items() if one.is_net)]
        self._add_code(coder, "c", role, data.draw(st.sampled_from(nets), "net"), is_net=is_net)

    @rule(
        data=st.data(),
        coder=CODER,
        change=st.sampled_from(["label", "definition", "role"]),
        word=st.sampled_from("xyz"),
    )
    def edit_code(self, data: st.DataObject, coder: str, change: str, word: str) -> None:
        if not self.model.codes():
            return
        code, one = data.draw(st.sampled_from(sorted(self.model.codes().items(), key=lambda i: i[0])), "code")
        value = {"x": "theme", "y": "none", "z": "other"}[word] if change == "role" else word
        changed = replace(one, **{change: value})
        self._do(
            coder,
            "frame",
            lambda: frames.edit_code(self.project, code=code, **{change: value}),
            {("code", code): changed},
        )

    @rule(data=st.data(), coder=CODER)
    def move_code(self, data: st.DataObject, coder: str) -> None:
        codes = self.model.codes()
        if not codes:
            return
        code = data.draw(st.sampled_from(sorted(codes)), "code")
        parents: list[int | None] = [None]
        for net in (c for c, one in codes.items() if one.is_net):
            line: int | None = net
            while line is not None and line != code and line in codes:
                line = codes[line].parent
            if line is None:
                parents.append(net)
        parent = data.draw(st.sampled_from(parents), "parent")
        order = self.model.tree()
        siblings = [one for one in order if codes[one].parent == parent and one != code]
        before = data.draw(st.sampled_from([None, *siblings]), "before")
        place = siblings.index(before) if before is not None else len(siblings)
        siblings.insert(place, code)
        slots = sorted(order.index(one) + 1 for one in siblings)
        changes: dict[tuple[object, ...], object] = {
            ("code", one): replace(codes[one], sort=slot, parent=parent if one == code else codes[one].parent)
            for slot, one in zip(slots, siblings, strict=True)
        }
        self._do(
            coder, "frame", lambda: frames.move_code(self.project, code=code, parent=parent, before=before), changes
        )

    @rule(data=st.data(), coder=CODER)
    def retire_code(self, data: st.DataObject, coder: str) -> None:
        live = self.model.live()
        if len(live) < 3:
            return
        code = data.draw(st.sampled_from(live), "code")
        retired = replace(self.model.codes()[code], retired=True)
        self._do(coder, "frame", lambda: frames.retire_code(self.project, code=code), {("code", code): retired})

    @rule(data=st.data(), coder=CODER)
    def merge_codes(self, data: st.DataObject, coder: str) -> None:
        live = [code for code in self.model.live() if ("map", code) not in self.model.facts]
        if len(live) < 3:
            return
        target, *sources = data.draw(st.lists(st.sampled_from(live), min_size=2, max_size=3, unique=True), "codes")
        changes: dict[tuple[object, ...], object] = {}
        for source in sources:
            changes["code", source] = replace(self.model.codes()[source], retired=True)
            changes["map", source] = ("merge", target)
        self._do(coder, "merge", lambda: frames.merge_codes(self.project, sources=sources, target=target), changes)

    @rule(data=st.data(), coder=CODER)
    def split_code(self, data: st.DataObject, coder: str) -> None:
        live = [code for code in self.model.live() if ("map", code) not in self.model.facts]
        if not live or len(self.model.codes()) > 16:
            return
        code = data.draw(st.sampled_from(live), "code")
        answers = sorted(self.model.answers)
        part = data.draw(st.lists(st.sampled_from(answers), min_size=1, max_size=4, unique=True), "part")
        other = data.draw(st.lists(st.sampled_from(answers), max_size=3, unique=True), "second part")
        parts = {"part 1": part, "part 2": [one for one in other if one not in part]}
        before = self._last_op()
        self.project.work_as(coder)
        made, _step = frames.split_code(self.project, code=code, parts=parts)
        self.parts.update(made)
        row = self.project.reading_one("select max(split_id) from split_row")
        assert row is not None
        split = int(row[0] or 0)
        self.model.splits[split] = {one: new for new, ids in zip(made, parts.values(), strict=True) for one in ids}
        old = self.model.codes()[code]
        rest = max(made) + 1
        self.parts.add(rest)
        changes: dict[tuple[object, ...], object] = {
            ("code", new): Code(old.parent, old.sort, False, "", label, old.role, "", False)
            for new, label in zip(made, parts, strict=True)
        }
        changes["code", rest] = old
        changes["code", code] = replace(old, retired=True, number="")
        changes["map", code] = ("split", split, rest)
        self._commit(coder, "split", changes, before)
